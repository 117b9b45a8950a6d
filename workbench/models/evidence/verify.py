"""Verification by code: does a sentence say what its sources say?

Every number of the sentence must be a number of a source standing beside the same label, year and
subject, or follow by a shown formula from numbers of the sentence that do. The other words must
overlap with the sentences quoted, and nothing denied there may be affirmed here. The model has no
say in it.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from workbench.models.evidence.aligning import content, coverage, last_content, negation_flipped
from workbench.models.evidence.anchor import Anchor
from workbench.models.evidence.claim import Citation, Claim, Computation, Status
from workbench.models.evidence.computing import Derivation, derive
from workbench.models.evidence.labels import Label, head_of, organisations, read_labels, same_organisation, year_of
from workbench.models.evidence.numbers import Number, folded, rounds_to
from workbench.models.evidence.sentences import sentence_spans, without_enumeration

_SAME_CORE, _PART_CORE = 1.0, 0.8
_FUZZY = 0.6
"""Share of a number's surrounding words that must stand around it in the source as well, where no label does."""
_DATE_FUZZY = 0.4
_WORDS_WITH_NUMBERS, _WORDS_ALONE, _WORDS_PARTLY = 0.4, 0.7, 0.4
_MOST_QUOTES = 4
_PHRASE = 16
"""Characters before a number that say what it is."""
_ADDS = 0.15
"""A further quote must hold this share of the sentence's words, not held by the others."""
_FRAME = re.compile(r"^(?:根据|结合|按照|依据)[^，,。]{2,60}[，,]")
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+|www\.[\w./-]+|https?://[\w./?=&%-]+", re.ASCII)
_HOW_MANY = re.compile(r"多少[名位个家台]?([\u3400-\u9fff]{2,8}?)(?:[?？。]|$)")
_UNIT_ROW = re.compile(r"单位\s*[:：]\s*(?:人民币)?\s*(元|千元|万元|百万元|亿元)")
_UNIT_WORTH = {"元": 1, "千元": 10**3, "万元": 10**4, "百万元": 10**6, "亿元": 10**8}


@dataclass(frozen=True)
class Source:
    """A stretch of a document that may prove something.

    ``locate(start, end)`` gives the place of ``text[start:end]``. ``context`` (title, heading,
    company) tells subject, year and unit row, and is never quoted. ``year`` is the year the document
    reports on, where known: a figure with no date near it is of that year.
    """

    document: str
    text: str
    locate: Callable[[int, int], Anchor | None]
    context: str = ""
    year: int | None = None

    @cached_property
    def labels(self) -> tuple[Label, ...]:
        """All numbers of the text with their labels; table values scaled by the unit row."""
        unit = _UNIT_ROW.search(folded(self.text)) or _UNIT_ROW.search(folded(self.context))
        labels = read_labels(self.text)
        return tuple(_scaled(x, self.text, unit.group(1)) for x in labels) if unit else labels

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Its sentences."""
        return sentence_spans(self.text)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Organisations named in text and context."""
        return organisations(f"{self.context}\n{self.text}")

    def cite(self, start: int, end: int) -> Citation | None:
        """The words ``text[start:end]`` as a citation; None where they have no place or say nothing."""
        anchor = self.locate(start, end)
        quote = self.text[start:end]
        return Citation(self.document, quote, anchor) if anchor and quote.strip() else None


def _scaled(label: Label, text: str, unit: str) -> Label:
    number = label.number
    in_table = "\t" in text[slice(*label.sentence)]
    if number.kind != "plain" or number.unit or not in_table or re.search(r"率|比例|%", label.around):
        return label
    worth = _UNIT_WORTH[unit]
    scaled = Number(number.start, number.end, number.value * worth, "元", "amount", number.text, number.quantum * worth)
    return Label(
        scaled, label.before, label.after, label.around, label.year, label.period, label.direction, label.changed,
        label.subject, label.sentence, label.unclear,
    )  # fmt: skip


class _Match(NamedTuple):
    source: Source
    label: Label
    score: float


class _Found(NamedTuple):
    said: Label
    match: _Match | None
    contradiction: _Match | None
    derived: Derivation | None = None


def verify_sentence(sentence: str, sources: Sequence[Source], *, topic: str = "") -> Claim:
    """Judge one sentence against ``sources``; ``topic`` (the question) names what it leaves unsaid.

    ``traced``: numbers and words found, each citation a verbatim source sentence. ``computed``: as
    before, but some numbers follow from the traced ones by the formula given. ``partial``: some of
    it is found. ``conflict``: the source says otherwise (another value beside the same label, or
    the opposite). ``unproven``: none of it is found.
    """
    said = _FRAME.sub("", without_enumeration(sentence)) or sentence
    fitting = _of_subject(said, topic, sources)
    found = _numbers_found(said, fitting, topic)
    supports = _supports(said, found, fitting)
    citations = _citations(supports)
    contradicted = [f.contradiction for f in found if f.match is None and f.derived is None and f.contradiction]
    if contradicted:
        return Claim(sentence, Status.CONFLICT, _citations([(m.source, m.label.sentence) for m in contradicted]))
    words = _words_covered(said, supports)
    if citations and _denies(said, supports):
        return Claim(sentence, Status.CONFLICT, citations)
    status = _status(said, found, words, sources) if citations else Status.UNPROVEN
    if status is Status.UNPROVEN:
        return Claim(sentence, status)
    return Claim(sentence, status, citations, _computation(found) if status is Status.COMPUTED else None)


def _status(said: str, found: list[_Found], words: float, sources: Sequence[Source]) -> Status:
    proven = [f for f in found if f.match or f.derived]
    if len(proven) < len(found):
        return Status.PARTIAL if proven or words >= _WORDS_ALONE else Status.UNPROVEN
    if any(a not in s for a in _ADDRESS.findall(folded(said)) for s in [" ".join(folded(x.text) for x in sources)]):
        return Status.PARTIAL
    if found and words >= _WORDS_WITH_NUMBERS:
        return Status.COMPUTED if any(f.derived for f in found) else Status.TRACED
    if not found and words >= _WORDS_ALONE:
        return Status.TRACED
    return Status.PARTIAL if found or words >= _WORDS_PARTLY else Status.UNPROVEN


def _numbers_found(said: str, sources: Sequence[Source], topic: str) -> list[_Found]:
    labels = [_completed(label, said, topic) for label in read_labels(said)]
    found = [_find(label, said, sources) for label in labels]
    found = [_dated_by_figure(f, found) for f in found]
    given = [f.said.number for f in found if f.match]
    return [
        _Found(f.said, None, f.contradiction, derive(f.said, given, said)) if f.match is None and given else f
        for f in found
    ]


def _dated_by_figure(found: _Found, all_found: list[_Found]) -> _Found:
    """A year is proven by a figure of it whose place says so (the head of its column)."""
    year = year_of(found.said.number)
    if found.match or found.said.number.unit != "年" or year is None:
        return found
    figures = (f.match for f in all_found if f.match and f.said.number.kind != "date" and f.said.year == year)
    return _Found(found.said, next((m for m in figures if m.label.year == year), None), None)


def _completed(label: Label, said: str, topic: str) -> Label:
    """A bare number (5000万元。) is about what the question asked."""
    if not topic or (len(content(said)) > 1 and (label.before or label.after or label.number.kind == "date")):
        return label
    asked = read_labels(topic)
    year = label.year or next((y for x in asked if (y := year_of(x.number))), None)
    subject = label.subject or next(iter(organisations(topic)), "")
    noun = _HOW_MANY.search(topic)
    before = label.before or (noun[1] if noun and label.number.kind != "date" else "")
    return Label(
        label.number, before, label.after, f"{topic} {label.around}", year, label.period, label.direction,
        label.changed, subject, label.sentence,
    )  # fmt: skip


def _find(said: Label, sentence: str, sources: Sequence[Source]) -> _Found:
    """The best place of a number, beaten by no other value standing closer to the same label."""
    best: _Match | None = None
    rival: _Match | None = None
    for source in sources:
        if not _subject_fits(said, source):
            continue
        if said.number.kind == "date" and _in_context(said.number, source):
            best = best if best and best.score >= 1 else _Match(source, said, _SAME_CORE)
        for label in source.labels:
            score = _same_matter(said, label, source, sentence)
            if score <= 0:
                continue
            candidate = _Match(source, label, score)
            if _same_value(said, label):
                best = candidate if best is None or score > best.score else best
            elif _comparable(said.number, label.number) and (rival is None or score > rival.score):
                rival = candidate
    threshold = _DATE_FUZZY if said.number.kind == "date" else _FUZZY
    if best and best.score >= threshold and (rival is None or rival.score <= best.score):
        return _Found(said, best, None)
    certain = rival is not None and rival.score >= _SAME_CORE and said.number.kind != "date"
    return _Found(said, None, rival if certain and _year_known(said, rival) else None)


def _year_known(said: Label, rival: _Match | None) -> bool:
    return rival is not None and (said.year is None or said.year == rival.label.year)


def _same_value(said: Label, source: Label) -> bool:
    if said.number.kind == "date" and source.number.kind == "date":
        return _date_within(said.number, source.number)
    if rounds_to(source.number, said.number):
        return True
    if source.number.value < 0 < said.number.value and said.direction < 0:
        turned = Number(0, 0, -source.number.value, source.number.unit, source.number.kind, "", source.number.quantum)
        return rounds_to(turned, said.number)
    return False


def _date_within(said: Number, printed: Number) -> bool:
    """2019年 is said of 2019年12月31日; 12月 of 2019年12月; but not the other way round."""
    a, b = str(said.value), str(printed.value)
    if said.unit in ("月份", "月日"):
        tail = b[4:] if printed.unit in ("月", "日") else b.zfill(2 if printed.unit == "月份" else 4)
        return printed.unit != "年" and tail.startswith(a.zfill(2 if said.unit == "月份" else 4))
    return printed.unit in ("年", "月", "日") and b.startswith(a)


def _in_context(date: Number, source: Source) -> bool:
    if date.unit == "年" and source.year is not None and date.value == source.year:
        return True
    return any(_date_within(date, x.number) for x in read_labels(source.context) if x.number.kind == "date")


def _comparable(said: Number, other: Number) -> bool:
    if said.kind == "date":
        return other.kind == "date" and said.unit == other.unit
    return other.kind == said.kind and other.unit == said.unit


def _same_matter(said: Label, source_label: Label, source: Source, sentence: str) -> float:
    """How surely two numbers are about the same thing, 0 to 1; 0 where something speaks against it."""
    if "date" in (said.number.kind, source_label.number.kind):
        if said.number.kind != source_label.number.kind:
            return 0.0
        return _around(said, sentence, source_label, source)
    if _at_odds(said, source_label, source):
        return 0.0
    heads = [h for h in (said.before, said.after) if h]
    others = [h for h in (source_label.before, source_label.after) if h]
    core = max((_core_score(a, b) for a in heads for b in others), default=0.0)
    core = core or (_PART_CORE if _said_in_full(said, source_label) else 0.0)
    if core:
        return core
    if said.before and source_label.before and _clash(said.before, source_label.before):
        return 0.0
    return min(_around(said, sentence, source_label, source), _PART_CORE - 0.05)


def _at_odds(said: Label, other: Label, source: Source) -> bool:
    if said.year and other.year and said.year != other.year:
        return True
    if said.year and not other.year and (other.unclear or not _year_somewhere(said.year, source)):
        return True
    if said.period and other.period and said.period != other.period:
        return True
    percent = "percent" in (said.number.kind, other.number.kind)
    if said.direction * other.direction < 0 or (percent and said.changed != other.changed):
        return True
    return bool(said.subject and other.subject and not same_organisation(said.subject, other.subject))


def _year_somewhere(year: int, source: Source) -> bool:
    stated = {y for x in source.labels if (y := year_of(x.number))}
    stated |= {y for x in read_labels(source.context) if (y := year_of(x.number))}
    return year == source.year or year in stated or not stated


def _core_score(a: str, b: str) -> float:
    """Equal labels, or one the other with more words before (净利润, 实现净利润)."""
    a, b = head_of(a), head_of(b)
    if a == b:
        return _SAME_CORE
    short, long = sorted((a, b), key=len)
    if long[:-1] == short and long[-1] in "量额数":
        return _PART_CORE
    if short[-2:] != long[-2:] or long.count("非") != short.count("非") or len(short) < 2:
        return 0.0
    rest = iter(long)
    return _PART_CORE if all(c in rest for c in short) else 0.0


def _said_in_full(said: Label, source_label: Label) -> bool:
    """Whether the words before the number hold the source's, others among them: 申请的贷款金额, 申请金额."""
    phrase, printed = _phrase(said), _phrase(source_label)
    rest = iter(phrase)
    return len(printed) >= 4 and printed[-2:] == phrase[-2:] and all(c in rest for c in printed)


def _phrase(label: Label) -> str:
    """The words right before a number, without what only leads to it."""
    before = re.split(r"\s{2,}", label.around.strip())[0]
    return re.sub(r"[\s:：,，、]|(?:共计|合计|约|为|是|人民币)+$", "", before)[-_PHRASE:]


def _clash(a: str, b: str) -> bool:
    """Two labels of one make with different words in them: 应收账款 and 预收账款, 总资产 and 净资产."""
    shared = set(a) & set(b)
    return a[-2:] == b[-2:] or (len(shared) >= 2 and a[:2] == b[:2] and len(a) <= 6 and len(b) <= 6)


def _around(said: Label, sentence: str, label: Label, source: Source) -> float:
    """Share of the words around the number that stand around the source's number, too."""
    known = content(source.context) | content(" ".join(source.names))
    wanted = content(said.around) - known
    if len(wanted) < 3:
        wanted |= content(sentence) - known
    if not wanted:
        return 0.0
    near = content(source.text[slice(*label.sentence)]) | content(label.around)
    tight = content(label.around)
    return 0.85 * len(wanted & near) / len(wanted) + 0.15 * len(wanted & tight) / len(wanted)


def _subject_fits(said: Label, source: Source) -> bool:
    """Whether a source may speak of the organisation a number is of."""
    return not said.subject or not source.names or any(same_organisation(said.subject, b) for b in source.names)


def _of_subject(said: str, topic: str, sources: Sequence[Source]) -> list[Source]:
    """Sources about an organisation the sentence names, else the question; those naming none stay."""
    asked = organisations(said) or organisations(topic)
    return [
        s for s in sources if not asked or not s.names or any(same_organisation(a, b) for a in asked for b in s.names)
    ]


def _supports(said: str, found: list[_Found], sources: Sequence[Source]) -> list[tuple[Source, tuple[int, int]]]:
    """The source sentences that carry the numbers, then those that add most of the words still missing."""
    places = [(f.match.source, f.match.label.sentence) for f in found if f.match and f.match.label is not f.said]
    places = list(dict.fromkeys(places))
    wanted = content(said)
    least = max(2.0, _ADDS * len(wanted))
    names = content(" ".join(name for s in sources for name in s.names))
    missing = wanted - names - content(" ".join(s.text[a:b] for s, (a, b) in places))
    while len(places) < _MOST_QUOTES and missing:
        options = (
            (len(missing & content(s.text[a:b])), -i, s, (a, b)) for i, s in enumerate(sources) for a, b in s.spans
        )
        gain, _, source, span = max(options, key=lambda option: option[:2], default=(0, 0, None, (0, 0)))
        if source is None or gain < least:
            break
        places.append((source, span))
        missing -= content(source.text[slice(*span)])
    return places[:_MOST_QUOTES]


def _words_covered(said: str, supports: Iterable[tuple[Source, tuple[int, int]]]) -> float:
    """Share of the words held by the quotes and their context; 0.5 at most where the closing words are not.

    Chinese puts what is new at the end of the sentence: 成立了绿色农业倡议小组 is not proven by 绿色农业倡议.
    """
    held = list(supports)
    proof = content(" ".join([s.text[a:b] for s, (a, b) in held] + [s.context for s, _ in held]))
    wanted = content(said)
    share = len(wanted & proof) / len(wanted) if wanted else 1.0
    closing = last_content(said)
    return min(share, 0.5) if closing and closing not in proof else share


def _denies(said: str, supports: Sequence[tuple[Source, tuple[int, int]]]) -> bool:
    return any(
        negation_flipped(said, s.text[a:b]) and coverage(said, s.text[a:b]) >= _WORDS_PARTLY for s, (a, b) in supports
    )


def _citations(supports: Iterable[tuple[Source, tuple[int, int]]]) -> tuple[Citation, ...]:
    cited = [source.cite(*span) for source, span in supports]
    return tuple(dict.fromkeys(c for c in cited if c))


def _computation(found: list[_Found]) -> Computation:
    derived = [f.derived for f in found if f.derived]
    used = {n for d in derived for n in d.inputs}
    places = [(f.match.source, f.match.label.sentence) for f in found if f.match and f.said.number in used]
    return Computation("; ".join(d.formula for d in derived), _citations(places))
