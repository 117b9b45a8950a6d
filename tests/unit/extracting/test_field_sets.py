"""Field sets from files and typed questions."""

import pytest

from workbench.models.extracting import FieldSetError, field_set, parse_set, questions_set


def test_a_field_needs_only_a_name_and_takes_what_a_shipped_one_of_that_name_knows():
    fields = parse_set('[[field]]\nname = "职工人数"\n\n[[field]]\nname = "法人代表"\n', "mine").fields
    assert fields[0].type == "amount"
    assert fields[0].unit == "人"
    assert "在职员工的数量合计" in fields[0].labels
    assert fields[1].type == "name"
    assert "法定代表人" in fields[1].labels


def test_fields_may_be_given_as_tables_by_name():
    fields = parse_set(
        '[fields."注册资本"]\ntype = "amount"\nunit = "元"\n[fields."车位数量"]\ntype = "amount"\n', "mine"
    ).fields
    assert [f.id for f in fields] == ["注册资本", "车位数量"]
    assert fields[1].labels == ("车位数量",)


@pytest.mark.parametrize(
    "text",
    [
        "[[field",
        "name = 'empty'",
        '[[field]]\nname = ""\n',
        '[[field]]\nname = "甲"\ntype = "number"\n',
        '[[field]]\nname = "甲"\npatterns = ["(["]\n',
        '[[field]]\nname = "甲"\n[[field]]\nname = "甲"\n',
    ],
)
def test_a_wrong_file_is_refused_with_a_hint(text):
    with pytest.raises(FieldSetError) as refused:
        parse_set(text, "mine")
    assert refused.value.message
    assert refused.value.hint


def test_an_unknown_set_names_those_there_are():
    with pytest.raises(FieldSetError) as refused:
        field_set("nothing_of_the_kind")
    assert "company_profile" in refused.value.hint


def test_plain_questions_become_fields_of_the_kind_asked_for():
    fields = questions_set(
        [
            "公司的注册资本是多少？",
            "研发人员占比是多少？",
            "法定代表人是谁？",
            "公司什么时候成立？",
            "",
            "公司的注册资本是多少？",
        ]
    ).fields
    assert [f.type for f in fields] == ["amount", "percent", "name", "date"]
    assert "注册资本" in fields[0].labels


def test_no_question_is_no_field_set():
    with pytest.raises(FieldSetError):
        questions_set(["  ", ""])


def test_a_field_declared_otherwise_has_another_fingerprint():
    one = parse_set('[[field]]\nname = "车位"\n', "a").fields[0]
    other = parse_set('[[field]]\nname = "车位"\nunit = "个"\n', "a").fields[0]
    assert one.fingerprint == parse_set('[[field]]\nname = "车位"\n', "b").fields[0].fingerprint
    assert one.fingerprint != other.fingerprint
