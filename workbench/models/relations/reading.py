"""Relations read from documents: sentences by patterns over marked names, tables by their head."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import chain

from workbench.jobs import JobContext
from workbench.models.documents.company import company_of
from workbench.models.documents.document import Block, BlockKind, Cell, Document
from workbench.models.evidence import Citation
from workbench.models.evidence.numbers import Number, find_numbers
from workbench.models.evidence.sentences import sentence_spans
from workbench.models.relations.names import Mention, Names
from workbench.models.relations.relation import ORG_MARKS, PERSON_MARKS, Relation, SentenceRule, TableRule, rules

_BANK = re.compile(r"银行|信用社|联社")
_NO_PARTY = re.compile(r"^(?:合\s*计|小\s*计|总\s*计|其他.*|[-—/]*)$")
_UNIT_WORTH = {"元": 1, "千元": 10**3, "万元": 10**4, "百万元": 10**6, "亿元": 10**8}
_UNIT = re.compile(r"(?:亿|百万|万|千)?元")
_LONGEST = 400
_HEAD_ROWS = 8


def relations_of(documents: Iterable[tuple[str, Document]], job: JobContext | None = None) -> tuple[Relation, ...]:
    """Every relation the documents tell, the same one once with all its places; ``(id, document)`` pairs in.

    Raises Cancelled.
    """
    papers = tuple(documents)
    names = Names(document for _, document in papers)
    own = _own_companies([document for _, document in papers], names)
    found: list[Relation] = []
    for (identity, document), company in zip(papers, own, strict=True):
        if job is not None:
            job.check()
        found += _Paper(identity, document, names, company).relations()
    return _joined(found)


def _own_companies(documents: Sequence[Document], names: Names) -> list[str]:
    """Whom each document means by 公司: the company it is about, for a note without a title the case's company."""
    own = [names.meant(company_of(document)) for document in documents]
    counted = Counter(name for name in own if name)
    if not counted:
        return own
    most = max(counted.values())
    main = max((name for name in counted if counted[name] == most), key=lambda name: _told(documents, name))
    return [
        name if counted[name] > 1 or _told([document], name) > 1 or name in document.title else main
        for name, document in zip(own, documents, strict=True)
    ]


def _told(documents: Sequence[Document], name: str) -> int:
    """How often a name stands in documents."""
    return sum(block.text.count(name) for document in documents for block in document.blocks) if name else 0


def _joined(found: Sequence[Relation]) -> tuple[Relation, ...]:
    """Equal relations as one with the places of all; one without a value gives way to one with."""
    joined: dict[tuple[object, ...], Relation] = {}
    valued = {(r.kind, r.source, r.target) for r in found if r.value is not None}
    for relation in found:
        if relation.value is None and (relation.kind, relation.source, relation.target) in valued:
            continue
        key = (relation.kind, relation.source, relation.target, relation.value, relation.title)
        known = joined.get(key)
        cited = tuple(dict.fromkeys((known.citations if known else ()) + relation.citations))
        joined[key] = replace(known or relation, citations=cited)
    return tuple(joined.values())


class _Paper:
    """One document: its own company is meant by 公司 and by a party left out."""

    def __init__(self, identity: str, document: Document, names: Names, own: str) -> None:
        self._identity = identity
        self._document = document
        self._names = names
        self._own = own

    def relations(self) -> Iterator[Relation]:
        for block in self._document.blocks:
            if block.kind in (BlockKind.HEADER, BlockKind.FOOTER):
                continue
            if block.kind is BlockKind.TABLE:
                yield from self._of_table(block)
            else:
                for start, end in sentence_spans(block.text):
                    if end - start <= _LONGEST:
                        yield from self._of_sentence(block, start, end)

    def _of_sentence(self, block: Block, start: int, end: int) -> Iterator[Relation]:
        text = block.text[start:end]
        mentions = self._names.mentions(text)
        if not mentions and not re.search(r"公司|借款人|发行人", text):
            return
        marked, places, parties = _marked(text, mentions)
        anchor = block.anchor(start, end)
        if anchor is None:
            return
        citation = Citation(self._identity, text, anchor)
        for rule in rules().sentences:
            taken: list[tuple[int, int]] = []
            for match in chain.from_iterable(pattern.finditer(marked) for pattern in rule.patterns):
                if any(a < match.end() and match.start() < b for a, b in taken):
                    continue
                relations = list(self._matched(rule, match, parties, (text, places), citation))
                if relations:
                    taken.append(match.span())
                    yield from relations

    def _matched(
        self,
        rule: SentenceRule,
        match: "re.Match[str]",
        parties: dict[str, Mention],
        said: tuple[str, list[int]],
        citation: Citation,
    ) -> Iterator[Relation]:
        groups = match.groupdict()
        text, places = said
        value, shown = _worth(rule, text, places[match.start()], groups)
        for source in self._parties(groups.get("from"), parties):
            for target in self._parties(groups.get("to"), parties):
                lends = rule.kind != "loan" or _BANK.search(source)
                if source and target and source != target and lends:
                    yield Relation(rule.kind, source, target, (citation,), value, shown, groups.get("title") or "")

    def _parties(self, marks: str | None, parties: dict[str, Mention]) -> list[str]:
        """Who is meant by the marks of a match; the paper's own company where there is none."""
        return [parties[mark].name for mark in marks or "" if mark in parties] or [self._own]

    def _of_table(self, block: Block) -> Iterator[Relation]:
        rows = block.rows()
        above: dict[int, str] = {}
        for at, head in enumerate(rows[:_HEAD_ROWS]):
            own = {c.column: re.sub(r"\s", "", block.text[c.start : c.end]) for c in head}
            # A title may be broken over two rows (持股比 | 例).
            titles = {column: f"{above.get(column, '')}{title}" for column, title in own.items()}
            above = own
            rule, party, value = _columns(titles)
            if rule is None:
                continue
            unit = _unit(titles.get(value, ""), block)
            for row in rows[at + 1 :]:
                yield from self._of_row(rule, block, {c.column: c for c in row}, (party, value), unit)
            return

    def _of_row(
        self, rule: TableRule, block: Block, row: dict[int, Cell], columns: tuple[int, int], unit: int
    ) -> Iterator[Relation]:
        party, value = (row.get(column) for column in columns)
        if party is None or value is None or not self._own:
            return
        printed = block.text[value.start : value.end].strip()
        number = next((n for n in find_numbers(printed) if n.kind != "date"), None)
        first, last = min(party.start, value.start), max(party.end, value.end)
        anchor = block.anchor(first, last)
        if number is None or anchor is None:
            return
        citation = Citation(self._identity, block.text[first:last], anchor)
        worth, shown = _cell_worth(rule, number, printed, unit)
        for told in re.split("[、,，]", re.sub(r"\s", "", block.text[party.start : party.end])):
            name = self._names.meant(told)
            if len(name) > 1 and not _NO_PARTY.match(name) and name != self._own:
                source, target = (self._own, name) if rule.outward else (name, self._own)
                yield Relation(rule.kind, source, target, (citation,), worth, shown)


def _cell_worth(rule: TableRule, number: Number, printed: str, unit: int) -> tuple[Decimal, str]:
    """A share as a fraction; an amount in yuan."""
    if rule.kind == "holding":
        return (number.value, printed) if number.kind == "percent" else (number.value / 100, f"{printed}%")
    if number.kind == "amount" or unit == 1:
        return number.value, printed
    return number.value * unit, f"{number.value * unit:,.2f}元"


def _marked(text: str, mentions: Sequence[Mention]) -> tuple[str, list[int], dict[str, Mention]]:
    """The text with one character for each name, the place in the text of each character left, and who is who."""
    parts: list[str] = []
    places: list[int] = []
    parties: dict[str, Mention] = {}
    at = 0
    for number, mention in enumerate(mentions[: ORG_MARKS[1] - ORG_MARKS[0]]):
        mark = chr((PERSON_MARKS if mention.person else ORG_MARKS)[0] + number)
        parties[mark] = mention
        parts.append(text[at : mention.start] + mark)
        places += [*range(at, mention.start), mention.start]
        at = mention.end
    parts.append(text[at:])
    places += range(at, len(text))
    return "".join(parts), [*places, len(text)], parties


def _worth(rule: SentenceRule, text: str, start: int, groups: dict[str, str | None]) -> tuple[Decimal | None, str]:
    """The value told: the share in the pattern, or the first amount behind a word for it."""
    if share := groups.get("share"):
        number = next(iter(find_numbers(share.replace("％", "%"))), None)
        return (number.value if number else None), share
    if rule.worth is None:
        return None, ""
    behind = rule.worth.search(text, start)
    amounts: list[Number] = [n for n in find_numbers(text) if n.kind == "amount"]
    after = [n for n in amounts if behind and n.start >= behind.start()]
    return (after[0].value, after[0].text) if after else (None, "")


def _columns(titles: dict[int, str]) -> tuple[TableRule | None, int, int]:
    for rule in rules().tables:
        party = next((c for c, title in titles.items() if rule.party.fullmatch(title)), None)
        value = next((c for c, title in titles.items() if rule.value.search(title) and c != party), None)
        if party is not None and value is not None:
            return rule, party, value
    return None, 0, 0


def _unit(title: str, block: Block) -> int:
    """What one stands for in a column: 10000 under 担保余额（万元）, else what the table's unit row says."""
    for words in (title, block.unit, block.caption):
        if match := _UNIT.search(words):
            return _UNIT_WORTH.get(match.group(), 1)
    return 1
