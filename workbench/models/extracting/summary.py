"""Summaries whose every sentence is a sentence of the document, or a shorter one that code found to say the same."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from workbench.errors import EngineError
from workbench.i18n import language
from workbench.inference.api import ChatModel, ChatRequest, Message
from workbench.jobs import JobContext, Priority
from workbench.models.evidence import Anchor, Claim, Source, Status, find_numbers, verify_sentence
from workbench.models.evidence.aligning import content
from workbench.models.extracting.places import Paper
from workbench.models.extracting.prompts import prompts

Length = Literal["short", "medium", "long"]
SENTENCES: dict[Length, int] = {"short": 3, "medium": 6, "long": 12}
"""Sentences of a summary by its length."""
_POINTS = 5
_SHORTEST, _LONGEST = 14, 220
_ALIKE = 0.5
_LONG_SENTENCE = 48
_TELLING = re.compile(
    r"同比|较上年|增长|下降|主要|风险|控股股东|实际控制人|担保|抵押|质押|审计意见|我们认为|申请|用途|还款|毛利率|净利润|营业收入"
    r"|资产负债率|逾期|诉讼|客户|供应商|建议|评级|预计"
)
_EMPTY = re.compile(
    r"适用|保证[^。]{0,12}(?:真实|内容)|虚假记载|签名|备查|目录|如下[：:表]?$|详见|参见|以下简称|\.{4,}|单位[：:]|制度|本报告|披露媒体|按照[^。]{0,16}(?:准则|规定)执行"
    r"|管理层负责|治理层|审计(?:证据|工作)|职业道德|注册会计师的?责任|财务报表附注|会计政策|虚构"
    r"|公允价值计量|摊余成本|其他综合收益|预期信用损失|减值测试|触发日|同一控制下企业合并|[：:]0\.00元|^[-•·]\s|(?:情况|事项)$"
)
_PER_HEADING = 2


@dataclass(frozen=True, slots=True)
class Summary:
    """``sentences`` in the order of the document, ``points`` the figures worth knowing; all cited."""

    sentences: tuple[Claim, ...]
    points: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class _Told:
    """A sentence with where it stands and how telling it is."""

    paper: Paper
    order: int
    block: int
    start: int
    end: int
    heading: str
    text: str
    words: frozenset[str]
    score: float
    figures: int


def summarise(papers: Sequence[Paper], length: Length, job: JobContext, *, chat: ChatModel | None = None) -> Summary:
    """A summary of a document, or of several as one.

    Code chooses the sentences; with a model long ones are shortened where the shorter one verifies.
    Raises Cancelled.
    """
    told = [s for paper in papers for s in _told(paper, job)]
    share = max(1, math.ceil(SENTENCES[length] / max(1, len(papers))))
    chosen: list[_Told] = []
    for paper in papers:
        chosen += _chosen([s for s in told if s.paper is paper], share, chosen)
    chosen = sorted(sorted(chosen, key=lambda s: -s.score)[: SENTENCES[length]], key=_place(papers))
    claims = [claim for s in chosen if (claim := _claim(s))]
    left = [s for s in told if s.figures and s not in chosen]
    points = sorted(_chosen(sorted(left, key=lambda s: -s.figures), _POINTS, chosen), key=_place(papers))
    if chat is not None:
        claims = _condensed(chat, claims, chosen, job)
    return Summary(tuple(claims), tuple(claim for s in points if (claim := _claim(s))))


def _place(papers: Sequence[Paper]):  # type: ignore[no-untyped-def]
    ranks = {paper.id: number for number, paper in enumerate(papers)}
    return lambda s: (ranks[s.paper.id], s.order)


def _told(paper: Paper, job: JobContext) -> Iterable[_Told]:
    job.check()
    spans = [
        (block, start, end, heading, paper.text(block)[start:end])
        for block, start, end, heading in paper.sentences
        if _SHORTEST <= end - start <= _LONGEST
    ]
    spans = [s for s in spans if not _EMPTY.search(s[4]) and s[4].strip() != s[3]]
    held = [content(s[4]) for s in spans]
    common = Counter(word for words in held for word in words)
    for order, ((block, start, end, heading, text), words) in enumerate(zip(spans, held, strict=True)):
        if not words:
            continue
        weight = sum(math.log(common[w]) for w in words if common[w] > 1) / math.sqrt(len(words))
        figures = min(3, sum(n.kind in ("amount", "percent") for n in find_numbers(text)))
        cues = len(set(_TELLING.findall(text)))
        early = 1.0 - 0.3 * order / max(1, len(spans))
        score = (weight / 4 + 0.5 * figures + 0.6 * min(4, cues)) * early
        yield _Told(paper, order, block, start, end, heading, text, words, score, figures * min(3, cues))


def _chosen(told: Sequence[_Told], most: int, before: Sequence[_Told]) -> list[_Told]:
    """The best that say different things, at most two of a heading."""
    found: list[_Told] = []
    headings: Counter[str] = Counter()
    for s in sorted(told, key=lambda s: -s.score):
        if len(found) == most:
            break
        if headings[s.heading] >= _PER_HEADING or any(_alike(s, other) for other in (*found, *before)):
            continue
        headings[s.heading] += 1
        found.append(s)
    return found


def _alike(a: _Told, b: _Told) -> bool:
    return len(a.words & b.words) >= _ALIKE * min(len(a.words), len(b.words))


def _claim(s: _Told) -> Claim | None:
    citation = s.paper.cite(s.block, s.start, s.end)
    return Claim(" ".join(s.text.split()), Status.TRACED, (citation,)) if citation else None


def _condensed(chat: ChatModel, claims: Sequence[Claim], told: Sequence[_Told], job: JobContext) -> list[Claim]:
    """Long sentences shortened by the model; one that does not verify, or is no shorter, stays as it was."""
    words = prompts(language())
    long = [i for i, claim in enumerate(claims) if len(claim.text) > _LONG_SENTENCE]
    requests = [
        ChatRequest(
            (Message("system", words.condense_system), Message("user", words.condense.format(sentence=claims[i].text))),
            max_tokens=100,
            stop=("\n",),
            priority=Priority.DRAFT,
        )
        for i in long
    ]
    found = list(claims)
    if not requests:
        return found
    try:
        answers = chat.chat_many(requests, job)
    except EngineError:
        return found
    for i, answer in zip(long, answers, strict=True):
        found[i] = _verified(claims[i], told[i], answer.text.strip())
    return found


def _verified(claim: Claim, s: _Told, shorter: str) -> Claim:
    if not 6 < len(shorter) < len(claim.text):
        return claim

    def locate(start: int, end: int) -> Anchor | None:
        return s.paper.document.blocks[s.block].anchor(s.start + start, s.start + end)

    source = Source(s.paper.id, s.text, locate, s.heading)
    checked = verify_sentence(shorter, [source])
    return checked if checked.status is Status.TRACED and checked.citations else claim
