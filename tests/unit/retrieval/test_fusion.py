"""Rankings made one, and questions made several."""

from hypothesis import given
from hypothesis import strategies as st

from workbench.models.retrieval.facets import facets, subjects
from workbench.models.retrieval.fusion import fuse, interleave, lift_neighbours

rankings = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0.01, 100)).map(
    lambda d: sorted(d.items(), key=lambda i: -i[1])
)


def test_what_both_rankings_put_first_is_first() -> None:
    assert fuse([("a", 9.0), ("b", 5.0)], [("a", 0.9), ("c", 0.8)])[0][0] == "a"


def test_one_ranking_alone_keeps_its_order() -> None:
    ranking = [("a", 3.0), ("b", 2.0), ("c", 1.0)]
    assert [c for c, _ in fuse(ranking, [])] == ["a", "b", "c"]
    assert [c for c, _ in fuse([], ranking)] == ["a", "b", "c"]


@given(rankings, rankings)
def test_fusing_keeps_every_chunk_once_in_falling_order_within_0_and_1(words, nearest) -> None:  # type: ignore[no-untyped-def]
    fused = fuse(words, nearest)
    scores = [score for _, score in fused]
    assert {c for c, _ in fused} == {c for c, _ in words} | {c for c, _ in nearest}
    assert len(fused) == len({c for c, _ in fused})
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= s <= 1.000001 for s in scores)


def test_a_passage_beside_a_good_hit_moves_up_and_others_keep_their_order() -> None:
    places = {"a": ("x", 1), "b": ("y", 7), "c": ("x", 2), "d": ("y", 9)}
    lifted = lift_neighbours([("a", 1.0), ("b", 0.5), ("c", 0.45), ("d", 0.4)], places.get)
    assert [c for c, _ in lifted] == ["a", "c", "b", "d"]
    assert all(0 <= score <= 1 for _, score in lifted)


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
