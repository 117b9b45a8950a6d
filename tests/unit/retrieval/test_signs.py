"""What the wording of a sentence says of its part in a text."""

import pytest

from workbench.models.library import StoredChunk
from workbench.models.retrieval.passages import passages
from workbench.models.retrieval.question import Reading
from workbench.models.retrieval.signs import SIGNS, signs, topic_of
from workbench.models.retrieval.weighing import WEIGHTS, sentence_features, weighed


def held(question: str, sentence: str) -> set[str]:
    return {name for name, sign in zip(SIGNS, signs(question, sentence), strict=True) if sign}


@pytest.mark.parametrize(
    ("sentence", "sign"),
    [
        ("综上所述，公司完成了扩建。", "recap"),
        ("In summary, the plant was extended.", "recap"),
        ("公司采取了一系列措施。", "vague"),
        ("该项目已于去年验收。", "back"),
        ("其次，公司更换了锅炉。", "step"),
        ("公司在2022年更换了锅炉。", "dated"),
        ("锅炉价格为30万元。", "figures"),
    ],
)
def test_a_sentence_shows_its_part_by_its_wording(sentence: str, sign: str) -> None:
    assert sign in held("公司做了什么？", sentence)


@pytest.mark.parametrize("sentence", ["其次，公司更换了锅炉。", "其中锅炉价格最高。", "此外没有其他支出。"])
def test_words_that_go_on_or_take_a_part_do_not_point_back(sentence: str) -> None:
    assert "back" not in held("公司做了什么？", sentence)


def test_plans_count_for_a_question_of_plans_and_against_another() -> None:
    plan = "公司计划更换锅炉。"
    assert "ahead" in held("公司未来有哪些安排？", plan)
    assert "not_ahead" in held("公司更换了什么？", plan)


@pytest.mark.parametrize("question", ["锅炉花了多少钱？", "锅炉是哪一年更换的？", "When was the boiler replaced?"])
def test_figures_count_more_where_a_number_or_a_time_is_asked_for(question: str) -> None:
    assert "quantity" in held(question, "锅炉在2022年更换，价格为30万元。")
    assert "quantity" not in held("公司的竞争劣势是什么？", "锅炉在2022年更换，价格为30万元。")


@pytest.mark.parametrize(
    ("sentence", "topic"),
    [
        ("在安全生产方面，公司更换了锅炉。", "安全生产"),
        ("此外，在员工培训领域，公司举办了讲座。", "员工培训"),
        ("综上所述，公司安全生产。", ""),
        ("公司更换了锅炉。", None),
    ],
)
def test_a_sentence_opens_a_topic_ends_it_or_goes_on(sentence: str, topic: str | None) -> None:
    assert topic_of(sentence) == topic


def test_a_topic_holds_on_into_the_next_chunk_until_another_opens() -> None:
    told = [
        "在安全生产方面，公司更换了锅炉。",
        "随后检修了管道。在员工培训方面，公司举办了讲座。",
    ]
    pieces = [(StoredChunk(str(n), "年报", n, text, "", n), 0.5) for n, text in enumerate(told)]
    place = list(WEIGHTS).index("topic")
    topics = [s.features[place] for s in sentence_features(Reading("总结公司的安全生产措施"), pieces)]
    assert topics[0] == topics[1] > topics[2]


def test_a_gap_in_the_text_ends_the_topic() -> None:
    told = {0: "在安全生产方面，公司更换了锅炉。", 2: "随后检修了管道。"}
    pieces = [(StoredChunk(str(n), "年报", n, text, "", n), 0.5) for n, text in told.items()]
    place = list(WEIGHTS).index("topic")
    topics = [s.features[place] for s in sentence_features(Reading("总结公司的安全生产措施"), pieces)]
    assert topics[0] > topics[1] == 0


def test_an_account_begins_with_what_was_done_not_with_its_recap() -> None:
    recap = "综上所述，公司采取了一系列环保措施，建成了废水处理设施。"
    step = "首先，公司在2021年3月采取了环保措施，建成了废水处理设施。"
    pieces = [(StoredChunk(str(n), "年报", n, text, "", n), 0.9) for n, text in {0: recap, 4: step}.items()]
    found = passages(Reading("总结公司采取的环保措施"), pieces, 2)
    assert [p.chunk.text for p in found] == [step, recap]


def test_every_sentence_has_a_probability_and_all_features() -> None:
    piece = StoredChunk("1", "年报", 0, "公司更换了锅炉。价格为30万元。", "", 0)
    sentences = weighed(Reading("锅炉多少钱？"), [(piece, 0.9)])
    assert len(sentences) == 2
    assert all(0 < s.probable < 1 and len(s.features) == len(WEIGHTS) for s in sentences)
