"""How sure an answer is: a probability that orders answers as they turn out."""

import pytest

from workbench.models.asking.answer import Answer, Outcome
from workbench.models.asking.confidence import WEIGHTS, features_of, likelihood
from workbench.models.asking.inquiry import Inquiry
from workbench.models.evidence import Claim, Status

VALUE = "恒泰精密股份有限公司2020年度的营业收入是多少？"
ACCOUNT = "恒泰精密股份有限公司如何提升公司治理水平？"


def sure(question: str, said: str, origin: str, status: Outcome = Outcome.ANSWERED) -> float:
    claims = (Claim(said, Status.TRACED),) if said else ()
    return likelihood(Answer(question, status, said, 0.0, claims, origin=origin), Inquiry(question))


@pytest.mark.parametrize("question", [VALUE, ACCOUNT])
def test_what_code_read_is_surer_than_the_model_s_words_and_these_than_a_quote(question: str) -> None:
    said = "恒泰精密股份有限公司2020年度营业收入为31.25亿元，公司治理水平提升。"
    assert sure(question, said, "code") > sure(question, said, "model") > sure(question, said, "documents")


def test_an_answer_that_holds_what_is_asked_is_surer() -> None:
    assert sure(VALUE, "2020年度营业收入为31.25亿元。", "code") > sure(VALUE, "31.25亿元。", "code")
    assert sure(VALUE, "2020年度营业收入为31.25亿元。", "code") > 0.8


def test_a_sentence_quoted_where_one_value_is_asked_for_has_to_be_reviewed() -> None:
    assert sure(VALUE, "公司成立于2005年5月。", "documents") < 0.35


def test_declining_has_a_certainty_of_its_own() -> None:
    declined = sure(VALUE, "", "code", Outcome.NOT_FOUND)
    assert 0.5 < declined < 0.9


def test_every_feature_has_a_weight() -> None:
    answer = Answer(VALUE, Outcome.ANSWERED, "", 0.0)
    assert set(features_of(answer, Inquiry(VALUE))) == set(WEIGHTS)
