"""Check digits and bounds."""

import pytest

from workbench.models.extracting import Field
from workbench.models.extracting.checks import bank_card, check, credit_code, identity_number


@pytest.mark.parametrize(
    ("code", "right"), [("91320400761509565N", True), ("91320400761509566N", False), ("9132", False)]
)
def test_a_credit_code_is_known_by_its_check_character(code, right):
    assert credit_code(code) is right


def test_an_identity_number_and_a_card_number_are_known_by_their_check_digits():
    assert identity_number("11010519491231002X")
    assert not identity_number("110105194912310021")
    assert bank_card("6222 0202 0000 0000 004".replace(" ", "")) is bank_card("6222020200000000004")
    assert bank_card("4111111111111111")
    assert not bank_card("4111111111111112")


def test_figures_outside_their_bounds_fail():
    share = Field("s", {"zh": "占比"}, {"zh": "占比"}, "percent", least="0", most="100")
    assert check(share, "12.5") is True
    assert check(share, "125") is False
    assert check(Field("x", {"zh": "甲"}, {"zh": "甲"}), "任何") is None
