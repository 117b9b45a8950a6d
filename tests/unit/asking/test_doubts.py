"""Sentences that hold the words of their quotes and still are not proven."""

import pytest

from workbench.models.asking.doubts import doubted
from workbench.models.evidence import Anchor, Claim, Status
from workbench.models.evidence.anchor import TextSpan
from workbench.models.evidence.verify import Source

TEXT = (
    "沅澜家政有限公司于2024年3月修订了治理政策。这一修订加强了董事会的监督。"
    "公司计划进一步强化内部控制系统，确保财务信息准确。公司减少了排放，提高了产品的市场竞争力。"
    "公司于5月完成了融资，为扩张提供了支持。公司增加了培训。公司换了会计师。公司裁减了人员，降低了人员成本，提高了效率。"
)
QUESTION = "沅澜家政有限公司如何加强治理？"


def source(text: str = TEXT, context: str = "沅澜家政有限公司") -> Source:
    return Source("d", text, lambda a, b: Anchor("text", (TextSpan(1, a, b),)), context)


def claim(text: str, *quotes: str, held: Source | None = None) -> Claim:
    held = held or source()
    cited = [held.cite(held.text.index(q), held.text.index(q) + len(q)) for q in quotes]
    return Claim(text, Status.TRACED, tuple(c for c in cited if c))


def judged(text: str, *quotes: str, question: str = QUESTION, earlier: tuple[Claim, ...] = ()) -> Status:
    held = source()
    return doubted(claim(text, *quotes, held=held), question, earlier, [held]).status


PLAN = "公司计划进一步强化内部控制系统，确保财务信息准确。"
DONE = "公司减少了排放，提高了产品的市场竞争力。"
REVISED = "沅澜家政有限公司于2024年3月修订了治理政策。"
OVERSIGHT = "这一修订加强了董事会的监督。"
FUNDED = "公司于5月完成了融资，为扩张提供了支持。"
LAID_OFF = "公司裁减了人员，降低了人员成本，提高了效率。"


@pytest.mark.parametrize(
    ("said", "quotes", "status"),
    [
        ("公司强化了内部控制系统，确保财务信息准确。", [PLAN], Status.PARTIAL),
        ("公司计划进一步强化内部控制系统，确保财务信息准确。", [PLAN], Status.TRACED),
        ("公司将继续减少排放，提高产品的市场竞争力。", [DONE], Status.PARTIAL),
        ("公司显著减少了排放，提高了产品的市场竞争力。", [DONE], Status.PARTIAL),
        ("公司减少了排放，提高了产品的市场竞争力。", [DONE], Status.TRACED),
        ("1. **减少排放**：公司减少了排放，提高了产品的市场竞争力。", [DONE], Status.TRACED),
        ("1. **员工健康计划**：公司减少了排放，提高了产品的市场竞争力。", [DONE], Status.PARTIAL),
        ("北岬家政有限公司减少了排放，提高了产品的市场竞争力。", [DONE], Status.PARTIAL),
        ("沅澜家政有限公司减少了排放，提高了产品的市场竞争力。", [DONE], Status.TRACED),
        ("通过裁减人员，公司不仅降低了成本，从而为扩张提供了支持。", [FUNDED, LAID_OFF], Status.PARTIAL),
        ("通过修订治理政策，公司加强了董事会的监督。", [REVISED, OVERSIGHT], Status.TRACED),
        ("公司于5月完成了融资，获得了2亿元的股权，为扩张提供了支持。", [FUNDED], Status.PARTIAL),
        ("走访时发现，公司减少了排放，提高了产品的市场竞争力。", [DONE], Status.PARTIAL),
        ("沅澜家政有限公司在报告中提到，公司减少了排放，提高了产品的市场竞争力。", [DONE], Status.TRACED),
    ],
)
def test_what_a_sentence_adds_to_its_quotes_makes_it_less_than_proven(said, quotes, status):
    assert judged(said, *quotes) is status


def test_a_name_before_a_colon_is_no_heading():
    assert judged("沅澜家政有限公司：减少了排放。", DONE) is Status.TRACED


def test_what_points_back_must_stand_behind_what_it_points_at():
    said = "这一修订加强了董事会的监督。"
    assert judged(said, OVERSIGHT) is Status.PARTIAL
    held = source()
    before = claim(REVISED, REVISED, held=held)
    assert doubted(claim(said, OVERSIGHT, held=held), QUESTION, (before,), [held]).status is Status.TRACED
    other = claim(DONE, DONE, held=held)
    assert doubted(claim(said, OVERSIGHT, held=held), QUESTION, (other,), [held]).status is Status.PARTIAL


def test_what_is_not_proven_anyway_stays_as_it_is():
    found = Claim("公司将上市。", Status.UNPROVEN)
    assert doubted(found, QUESTION, (), [source()]) is found


def test_a_point_of_a_list_is_of_what_the_list_is_of():
    held = source()
    points = claim("- 裁减了人员，降低了人员成本，提高了效率。", LAID_OFF, held=held)
    named = Claim("1. **治理政策的修订**：", Status.PARTIAL)
    staff = Claim("1. **裁减人员**：", Status.PARTIAL)
    assert doubted(points, QUESTION, (named,), [held]).status is Status.PARTIAL
    assert doubted(points, QUESTION, (named, staff), [held]).status is Status.TRACED


@pytest.mark.parametrize(
    "said",
    [
        "公司减少了排放，包括废水的排放，提高了产品的市场竞争力。",
        "公司减少了排放，如废水、废气，提高了产品的市场竞争力。",
    ],
)
def test_what_is_said_to_belong_to_something_must_be_said_so(said):
    assert judged(said, DONE) is Status.PARTIAL


def test_one_clause_from_two_distant_places_is_partly_proven():
    assert judged("融资为扩张降低了人员成本，提高了效率。", FUNDED, LAID_OFF) is Status.PARTIAL
    assert judged("公司完成了融资，公司降低了人员成本。", FUNDED, LAID_OFF) is Status.TRACED


EVENT = "公司在8月遭遇了一起诚信事件。"
MEASURES = "公司采取了应对措施，包括调查和处分。"
HARM = "这起事件可能会损害公司声誉。"


@pytest.mark.parametrize(("told", "status"), [((EVENT, MEASURES), Status.TRACED), ((MEASURES,), Status.PARTIAL)])
def test_what_is_pointed_at_must_have_been_told_in_the_answer(told: tuple[str, ...], status: Status) -> None:
    held = source("公司换了会计师。" + EVENT + MEASURES + HARM)
    earlier = tuple(claim(text, text, held=held) for text in told)
    assert doubted(claim(HARM, HARM, held=held), "公司发生了什么？", earlier, [held]).status is status
