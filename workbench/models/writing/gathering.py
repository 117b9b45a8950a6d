"""Evidence for the questions of a section, and what the file lacks."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from workbench.i18n import tr
from workbench.jobs import JobContext
from workbench.models.evidence import Anchor, Claim, Status
from workbench.models.evidence.sentences import sentence_spans
from workbench.models.evidence.verify import Source
from workbench.models.library import StoredChunk, StoredDocument
from workbench.models.scenarios import Material, Question
from workbench.models.writing.report import Gap

_CANDIDATES = 30
_LONGEST = 420
"""Characters of a passage handed to the model; longer ones are cut at a sentence."""
_QUOTED = (10, 220)
_ENDS = re.compile(r"[。！？；!?;.]$")
_FULL_LINE = 24
"""A line of fewer characters is a heading or an end, and is not joined to the next."""
_OPEN_END = re.compile(r"[\u4e00-\u9fff\d，、（(《“]$")
_NEW_ITEM = re.compile(r"^\s*[（(]?[一二三四五六七八九十\d]{1,3}[、）)]|^\s*第.{1,6}[条章节]")
_BLANK = re.compile(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])|(?<=[\u4e00-\u9fff]) (?=\d)|(?<=\d) (?=[\u4e00-\u9fff])")
_ITEM_MARK = re.compile(r"^(?:[（(]?(?:[一二三四五六七八九十]{1,3}|\d{1,2})(?:、|[）)])\s*|[一二三四五六]是(?=主要))")
_CLAUSE = re.compile(r"^[\s（(]*(?:第.{1,8}条|[一二三四五六七八九十]{1,3}[）)])")
_LINE_BROKEN = re.compile(r"^[，。、；：）的]")
_TOC_LINE = re.compile(r"[.…·]{4,}")


class Hit(Protocol):
    """A chunk found."""

    @property
    def chunk(self) -> StoredChunk: ...
    @property
    def document(self) -> StoredDocument: ...
    @property
    def score(self) -> float: ...


class Searcher(Protocol):
    """What finds chunks: the retriever."""

    def search(
        self,
        case_id: str,
        query: str,
        *,
        k: int = 10,
        documents: Sequence[str] | None = None,
        job: JobContext | None = None,
    ) -> Sequence[Hit]: ...


class Places(Protocol):
    """What tells where the characters of a chunk stand: the library."""

    def anchor(self, chunk: StoredChunk, start: int, end: int) -> Anchor: ...


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document that bears on a question."""

    document: StoredDocument
    source: Source

    @property
    def text(self) -> str:
        """Its words."""
        return self.source.text


def passages(
    question: Question,
    case_id: str,
    searcher: Searcher,
    places: Places,
    *,
    language: str,
    job: JobContext,
    boilerplate: Sequence[str] = (),
) -> tuple[Passage, ...]:
    """The best passages that hold a word the question expects; those that hold more of them first.

    General talk (``boilerplate``) and rules are passed over: they say nothing of this borrower.
    """
    query = question.query.zh if language == "zh" else f"{question.query.en} {question.query.zh}"
    hits = searcher.search(case_id, query, k=_CANDIDATES, job=job)
    kept = [
        h
        for h in hits
        if _bears_on(h.chunk.text, question)
        and not _is_rule(h.document)
        and not any(word in f"{h.chunk.context}\n{h.chunk.text}" for word in boilerplate)
    ]
    kept.sort(key=lambda h: -_held(h.chunk.text, question))
    found: dict[str, Passage] = {}
    for hit in kept:
        passage = _passage(hit, places)
        found.setdefault("".join(passage.text.split()), passage)
    return tuple(found.values())[: question.passages]


def _held(text: str, question: Question) -> int:
    """How many of the expected words are there; ``a&b`` wants both."""
    lowered = text.lower()
    return sum(1 for word in question.expect if all(part in lowered for part in word.lower().split("&")))


def holds_expected(text: str, question: Question) -> bool:
    """Whether a text speaks of what the question is about."""
    return not question.expect or _held(text, question) > 0


def _bears_on(text: str, question: Question) -> bool:
    if len(_TOC_LINE.findall(text)) > 1:
        return False
    return holds_expected(text, question)


def _is_rule(document: StoredDocument) -> bool:
    """A statute or a bank's policy in the file says what ought to be, nothing of this borrower."""
    return bool({"law", "article"} & document.properties.keys())


def _passage(hit: Hit, places: Places) -> Passage:
    chunk = hit.chunk
    end = _cut(chunk.text)

    def locate(start: int, stop: int) -> Anchor | None:
        return places.anchor(chunk, start, stop)

    return Passage(hit.document, Source(hit.document.id, unwrapped(chunk.text[:end]), locate, chunk.context))


def unwrapped(text: str) -> str:
    """Lines of one sentence joined by a blank, so that a page's line ends don't cut it; same length."""
    lines = text.split("\n")
    joined = lines[0]
    for before, line in pairwise(lines):
        wrapped = (
            len(before) >= _FULL_LINE
            and "\t" not in before + line
            and _OPEN_END.search(before)
            and not _NEW_ITEM.match(line)
        )
        joined += (" " if wrapped else "\n") + line
    return joined


def tidy(text: str) -> str:
    """For reading: no blanks between Chinese characters, single ones elsewhere."""
    return _BLANK.sub("", " ".join(text.split()))


def without_item_mark(text: str) -> str:
    """Without the 五、 or （二） it stood behind in its document."""
    return _ITEM_MARK.sub("", text)


def _cut(text: str) -> int:
    if len(text) <= _LONGEST:
        return len(text)
    ends = [stop for _, stop in sentence_spans(text) if stop <= _LONGEST]
    return ends[-1] if ends else _LONGEST


def quotes(question: Question, found: Sequence[Passage], limit: int = 2) -> tuple[Claim, ...]:
    """The documents' own sentences that answer best, verbatim: whole ones that hold expected words."""
    rated: list[tuple[float, int, Claim]] = []
    for rank, passage in enumerate(found):
        for start, end in sentence_spans(passage.text):
            text = passage.text[start:end]
            score = _quotable(text, question) - rank * 0.5
            citation = passage.source.cite(start, end) if score > 0 else None
            if citation is not None:
                rated.append((-score, len(rated), Claim(without_item_mark(tidy(text)), Status.TRACED, (citation,))))
    best = sorted(rated, key=lambda r: r[:2])[:limit]
    unique = {claim.text: claim for _, _, claim in sorted(best, key=lambda r: r[1])}
    return tuple(unique.values())


def _quotable(text: str, question: Question) -> float:
    shortest, longest = _QUOTED
    if not shortest <= len(text) <= longest or "\t" in text or not _ENDS.search(text):
        return 0
    if _CLAUSE.match(text) or _LINE_BROKEN.match(text):
        return 0
    return _held(text, question)


def missing_materials(materials: Iterable[Material], documents: Iterable[StoredDocument], language: str) -> list[Gap]:
    """Papers the scenario wants and no document's name or title shows."""
    names = [f"{d.name} {d.title}".lower() for d in documents if d.error is None]
    return [
        Gap("material", tr("writing.gap.material", name=m.name.of(language)))
        for m in materials
        if not any(word.lower() in name for word in m.words for name in names)
    ]


def open_question(question: Question, language: str) -> Gap | None:
    """What to list when nothing in the material answers; None for questions that may stay open."""
    if question.missing is None:
        return None
    return Gap("question", tr("writing.gap.question", name=question.missing.of(language)))
