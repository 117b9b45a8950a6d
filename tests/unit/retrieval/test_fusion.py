"""Rankings made one, and questions made several."""

from workbench.models.retrieval.facets import facets, subjects
from workbench.models.retrieval.fusion import interleave


def test_interleaving_takes_the_best_of_each_in_turn() -> None:
    mixed = interleave([[("a", 0.9), ("b", 0.8)], [("c", 0.5), ("a", 0.95)]])
    assert [c for c, _ in mixed] == ["a", "c", "b"]
    assert dict(mixed)["a"] == 0.95


def test_companies_of_a_question_are_found_in_its_order_and_each_gets_its_own() -> None:
    question = "比较北辰机械有限公司和南山化工有限公司的总资产"
    named = subjects(question)
    assert named == ("北辰机械有限公司", "南山化工有限公司")
    first, second = facets(question, named)
    assert "南山" not in first
    assert "北辰" not in second


def test_a_name_known_from_the_case_is_found_without_its_legal_form() -> None:
    assert subjects("顶级购物广场和北辰机械有限公司", ["顶级购物广场"]) == ("顶级购物广场", "北辰机械有限公司")


def test_a_question_about_one_company_stays_whole() -> None:
    question = "北辰机械有限公司的总资产是多少？"
    assert facets(question, subjects(question)) == (question,)
