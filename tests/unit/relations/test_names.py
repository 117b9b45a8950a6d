"""Names of persons and organisations, read with the surnames and forms of the resources."""

import tomllib

import pytest

from workbench.models.documents.reading import read_bytes
from workbench.models.relations.names import Names
from workbench.paths import resources

DATA = tomllib.loads((resources() / "relations" / "names.toml").read_text(encoding="utf-8"))


def names_of(text: str) -> list[tuple[str, bool]]:
    document = read_bytes("说明.txt", text.encode())
    assert not isinstance(document, list)
    return [(m.name, m.person) for m in Names([document]).mentions(text)]


def test_surnames_are_single_characters_and_say_their_version():
    assert DATA["version"] == "1"
    assert {len(name) for name in DATA["double_surnames"]} == {2}
    assert "王" in "".join(DATA["surnames"])


@pytest.mark.parametrize("role", DATA["roles"])
def test_whoever_follows_a_role_is_a_person(role):
    assert ("王建国", True) in names_of(f"{role}为王建国，任期三年。")


@pytest.mark.parametrize("surname", DATA["double_surnames"])
def test_a_surname_of_two_characters_is_one(surname):
    assert (f"{surname}明", True) in names_of(f"董事长为{surname}明，任期三年。")


def test_a_word_that_only_begins_like_a_surname_is_no_person():
    assert not [name for name, person in names_of("股东合计持有本公司全部股份。") if person]


def test_a_short_name_means_the_full_one():
    assert ("恒泰精密股份有限公司", False) in names_of("恒泰精密股份有限公司（以下简称“恒泰”）成立。恒泰经营正常。")
