import pytest

from workbench.inference.vectors import family_of


@pytest.mark.parametrize(
    ("name", "query", "passage"),
    [
        ("multilingual-e5-small-q4_0.gguf", "query: ", "passage: "),
        ("Bge Small Zh V1.5", "为这个句子生成表示以用于检索相关文章：", ""),
        ("bge-large-en-v1.5", "Represent this sentence for searching relevant passages: ", ""),
        ("bge-m3-q8_0", "", ""),
        ("gte-base-zh", "", ""),
        ("somebody's own", "", ""),
    ],
)
def test_each_family_is_introduced_as_its_card_says(name: str, query: str, passage: str) -> None:
    family = family_of(name)
    assert (family.query, family.passage) == (query, passage)


@pytest.mark.parametrize("name", ["Qwen3 Embedding 0.6B", "qwen3-embedding-4b-q8_0", "gte-Qwen2-1.5B-instruct"])
def test_families_with_an_instruction_have_it_before_the_question_alone(name: str) -> None:
    family = family_of(name)
    assert family.query.startswith("Instruct: ")
    assert family.query.rstrip().endswith("Query:")
    assert family.passage == ""


def test_a_family_is_not_seen_within_another_word() -> None:
    assert family_of("house5-model") == family_of("unknown")
