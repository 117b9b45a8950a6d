import pytest

from workbench.inference.schemas import SchemaFault, grammar_of


def test_chinese_names_and_values_are_written_as_themselves() -> None:
    grammar = grammar_of({"type": "object", "properties": {"资产负债率": {"enum": ["正常", "偏高"]}}})
    assert "资产负债率" in grammar
    assert '"\\"偏高\\""' in grammar
    assert "\\u" not in grammar


def test_a_rare_character_is_one_character() -> None:
    assert "𠮷野家" in grammar_of({"const": "𠮷野家"})


@pytest.mark.parametrize(
    "schema",
    [
        {"type": "integer", "minimum": 3},
        {"type": "number", "multipleOf": 2},
        {"type": "array", "minItems": 2},
        {"type": "object", "properties": {"a": {"not": {"type": "string"}}}},
        {"type": ["string", "null"], "maxLength": 3},
        {"anyOf": [{"type": "string"}], "properties": {}},
        {"type": "nonsense"},
        {"enum": ['a"b']},
        {"const": "a\nb"},
        {"type": "object", "properties": {"a\\b": {"type": "string"}}},
        {"$ref": "https://example.org/schema.json"},
        {"$ref": "#/$defs/absent"},
        {"type": "object", "properties": {"a": 5}},
    ],
)
def test_what_the_grammar_could_not_hold_is_refused(schema: dict[str, object]) -> None:
    with pytest.raises(SchemaFault):
        grammar_of(schema)
