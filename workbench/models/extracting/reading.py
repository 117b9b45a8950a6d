"""A cell read by code: candidates from labels, patterns, sentences and sections; the surest that agree win."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from workbench.models.evidence import Citation, Status
from workbench.models.evidence.labels import year_of
from workbench.models.evidence.numbers import find_numbers, folded
from workbench.models.extracting.cell import Cell
from workbench.models.extracting.checks import check
from workbench.models.extracting.field import Field, known_labels
from workbench.models.extracting.places import Paper, Place, current
from workbench.models.extracting.values import Value, plain_decimal, read_value, same_value, unit_hint
from workbench.models.extracting.words import label_match, plain_label

_KIND = {"decisive": 1.1, "row": 0.95, "line": 0.93, "column": 0.7, "pattern": 0.92, "sentence": 0.84, "section": 0.82}
_UNDER, _CHECKED, _AGREED = 0.03, 0.04, 0.03
_OF_GROUP, _UNSURE, _FAILED = 0.25, 0.3, 0.6
_CLOSE = 0.08
_MOST = 0.99
_DOUBT = 0.45
_JOINT = (
    r"(?:（[^）]{1,16}）|\([^)]{1,16}\))?\s*"
    r"(?:分别|共计|合计|总计|总额|余额|金额|数量|人数|数|约|已?达到?|不超过|不低于|为|是|系|有|：|:|人民币|“|《)*\s*"
)
_TYPED = ("amount", "percent", "date", "code")
_REACH = 60
_BEFORE = 24
"""Characters before a pattern's match that may say that it is of something else."""
_PRIOR = re.compile(r"上年|去年|上期|期初|年初")
_SENTENCES = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value that may be the field's, how surely, and where it stands."""

    value: Value
    score: float
    citation: Citation
    period: str = ""
    kind: str = ""


def read_cell(paper: Paper, field: Field) -> Cell:
    """What the document says for a field as far as code can tell; missing where nothing fits."""
    found = sorted(_judged(field, _candidates(paper, field)), key=lambda c: -c.score)
    if not found:
        return _summed(paper, field) or Cell(paper.id, field.id)
    best = found[0]
    agreeing = [c for c in found if same_value(field, c.value.value, best.value.value)]
    rivals = [c for c in found if c not in agreeing and c.score > best.score - _CLOSE and c.kind != "column"]
    places = list(dict.fromkeys(c.citation for c in agreeing))
    score = round(min(_MOST, best.score + (_AGREED if len(places) > 1 else 0)), 3)
    cell = Cell(
        paper.id,
        field.id,
        best.value.value,
        best.value.unit,
        best.period,
        best.value.shown,
        score,
        Status.TRACED,
        tuple(places[:3]),
    )
    if rivals and not _several(field):
        note = " / ".join(dict.fromkeys(c.value.shown for c in (best, *rivals)))
        cited = tuple(dict.fromkeys((best.citation, *(c.citation for c in rivals))))
        return replace(cell, status=Status.CONFLICT, confidence=min(score, _DOUBT), note=note, citations=cited[:4])
    if cell.confidence < _DOUBT:
        return replace(cell, status=Status.PARTIAL)
    return cell


def _several(field: Field) -> bool:
    """Text and choices may be told in several ways without a conflict."""
    return field.type in ("text", "choice")


def _judged(field: Field, found: Iterator[Candidate]) -> Iterator[Candidate]:
    for candidate in found:
        held = check(field, candidate.value.value)
        if held is False and field.type == "name":
            continue
        score = candidate.score - (0 if candidate.value.sure else _UNSURE)
        if held is not None:
            score += _CHECKED if held else -_FAILED
        yield replace(candidate, score=max(0.05, score))


def _candidates(paper: Paper, field: Field) -> Iterator[Candidate]:
    yield from _beside_labels(paper, field)
    yield from _by_patterns(paper, field)
    yield from _in_sentences(paper, field)
    yield from _in_sections(paper, field)


def _avoided(field: Field, *words: str) -> bool:
    return bool(field.avoid) and any(re.search(field.avoid, w) for w in words if w)


def _beside_labels(paper: Paper, field: Field) -> Iterator[Candidate]:
    rows: dict[tuple[int, int], list[tuple[Place, float]]] = {}
    for wanted in dict.fromkeys(field.labels):
        below, _, name = wanted.rpartition(">")
        label = plain_label(name)
        for printed, places in paper.by_label.items():
            sure = label_match(label, printed)
            for place in places if sure else ():
                if below and below not in place.heading:
                    continue
                printed_label = paper.text(place.block)[place.label_start : place.start]
                if not _avoided(field, printed_label, place.group, place.heading) and not _of_others(paper, place):
                    rows.setdefault((place.block, place.label_start), []).append((place, sure))
    for held in rows.values():
        sure = max(s for _, s in held)
        for place in current(list(dict.fromkeys(p for p, _ in held))):
            if candidate := _of_place(paper, field, place, sure):
                yield candidate


def _of_others(paper: Paper, place: Place) -> bool:
    """Whether a line tells it of another company by name (乙有限公司注册资本：…)."""
    return place.kind == "line" and _named_other(paper, folded(place.label))


def _named_other(paper: Paper, before: str) -> bool:
    """Whether what stands before a label ends with the name of a company that is not the paper's own."""
    named = re.search(
        r"[\u3400-\u9fff（）()]{2,}(?:有限公司|有限责任公司|合伙企业)(?:的|之)?(?:[\u3400-\u9fff]{2,4})?$", before
    )
    return bool(named) and bool(paper.company) and folded(paper.company) not in before


def _of_place(paper: Paper, field: Field, place: Place, sure: float) -> Candidate | None:
    words = paper.text(place.block)[place.start : place.end]
    label = paper.text(place.block)[place.label_start : place.start]
    value = read_value(field, words, hint=paper.hint(place), label=f"{label} {place.head}")
    if value is None or (field.type in _TYPED and value.start > _REACH):
        return None
    if place.kind in ("row", "column") and plain_label(words) in known_labels():
        return None  # 户名 beside 账号 is a head beside a head
    citation = paper.cite_place(place, place.start + value.start, place.start + value.end)
    if citation is None:
        return None
    score = _KIND[place.kind] - (1 - sure) * 1.0
    score -= _OF_GROUP if place.group and not _grouped(field, place.group) else 0
    score += _UNDER if field.under and re.search(field.under, f"{place.heading} {place.group}") else 0
    return Candidate(value, score, citation, place.period, place.kind)


def _grouped(field: Field, group: str) -> bool:
    """Whether what stands before a label in its row says no other thing than the field."""
    return bool(field.under and re.search(field.under, group)) or not re.search(r"[\u3400-\u9fff]{6,}", group)


def _by_patterns(paper: Paper, field: Field) -> Iterator[Candidate]:
    if field.document and not re.search(field.document, paper.beginning):
        return
    for pattern, kind in [(p, "decisive") for p in field.decisive] + [(p, "pattern") for p in field.patterns]:
        compiled = re.compile(pattern)
        for number, block, heading in paper.blocks:
            for match in compiled.finditer(block.text):
                start, end = match.span("value") if "value" in compiled.groupindex else match.span()
                words = block.text[start:end]
                before = block.text[max(0, match.start() - _BEFORE) : match.start()]
                if start == end or _avoided(field, f"{before}{match.group()}", heading):
                    continue
                value = read_value(field, words, hint=unit_hint(block.unit), label=match.group())
                first = start if match.group()[:1] in "。；\n，" else min(match.start(), start)
                citation = paper.cite(number, first, max(match.end(), end)) if value else None
                if value and citation:
                    yield Candidate(value, _KIND[kind], citation, "", kind)


def _in_sentences(paper: Paper, field: Field) -> Iterator[Candidate]:
    if field.type not in ("amount", "percent", "date", "code", "name"):
        return
    labels = sorted({plain_label(x) for x in field.labels if ">" not in x} - {""}, key=len, reverse=True)
    if not labels:
        return
    beside = re.compile(f"(?:{'|'.join(_standing(label) for label in labels)}){_JOINT}")
    for number, start, end, heading in paper.sentences:
        text = paper.text(number)
        plain = folded(text[start:end])
        for match in beside.finditer(plain):
            if _prior(plain, match.start()) or _named_other(paper, plain[: match.start()]):
                continue
            if _avoided(field, plain[max(0, match.start() - 8) : match.end()], heading):
                continue
            candidate = _after(paper, field, (number, start, end), match)
            if candidate:
                yield candidate


def _standing(label: str) -> str:
    """A short label stands for itself only where no other word runs into it: 代码 is not 信用代码."""
    free = r"(?<![\u3400-\u9fff])|(?<=公司)|(?<=公司的)|(?<=企业)"
    return re.escape(label) if len(label) > 3 else f"(?:{free}){re.escape(label)}"


def _prior(plain: str, at: int) -> bool:
    return bool(_PRIOR.search(plain[max(0, at - 6) : at]))


def _after(paper: Paper, field: Field, sentence: tuple[int, int, int], match: "re.Match[str]") -> Candidate | None:
    """A value right after a label in a sentence: a figure at once, a name only after 为, 是 or a colon."""
    number, start, end = sentence
    text = paper.text(number)
    rest = text[start + match.end() : end]
    if field.type == "name" and not re.search(r"[为是系：:]\s*$", match.group()):
        return None
    value = read_value(field, rest[:_REACH], hint="", label=match.group())
    if value is None or rest[: value.start].strip(" “《"):
        return None
    first = start + match.start()
    citation = paper.cite(number, first, start + match.end() + value.end)
    if citation is None:
        return None
    before = [n for n in find_numbers(text[start:first]) if n.kind == "date" and year_of(n)]
    period = str(year_of(before[-1])) if before and field.type in ("amount", "percent") else ""
    return Candidate(value, _KIND["sentence"], citation, period, "sentence")


def _in_sections(paper: Paper, field: Field) -> Iterator[Candidate]:
    """The first sentences below a heading that a text field names."""
    if field.type not in ("text", "choice") or not field.headings:
        return
    wanted = [plain_label(h) for h in field.headings]
    for index, (number, block, heading) in enumerate(paper.blocks):
        above = plain_label(heading)
        first = index == 0 or paper.blocks[index - 1][2] != heading
        own = block.text.strip() != heading and not block.cells
        starts = first or " ".join(paper.text(paper.blocks[index - 1][0]).split()) == heading
        if not (own and starts and any(w == above or (w in above and len(above) <= len(w) + 8) for w in wanted)):
            continue
        spans = [(a, b) for n, a, b, _ in paper.sentences if n == number][:_SENTENCES]
        if not spans or _avoided(field, heading):
            continue
        citation = paper.cite(number, spans[0][0], spans[-1][1])
        value = read_value(field, block.text[spans[0][0] : spans[-1][1]])
        if citation and value:
            yield Candidate(value, _KIND["section"], citation, "", "section")


def _summed(paper: Paper, field: Field) -> Cell | None:
    """A figure that is not printed itself but adds up from others of one table: 硕士以上 from 博士 and 硕士."""
    if len(field.sum) < 2:
        return None
    parts = [read_cell(paper, replace(field, labels=(label,), sum=(), patterns=(), headings=())) for label in field.sum]
    if any(part.status is not Status.TRACED for part in parts):
        return None
    total = sum((Decimal(part.value) for part in parts), Decimal(0))
    formula = " + ".join(part.shown for part in parts) + f" = {plain_decimal(total)}"
    cited: Sequence[Citation] = [part.citations[0] for part in parts]
    score = min(part.confidence for part in parts)
    return Cell(
        paper.id,
        field.id,
        plain_decimal(total),
        parts[0].unit,
        parts[0].period,
        plain_decimal(total),
        score,
        Status.COMPUTED,
        tuple(cited),
        formula=formula,
    )
