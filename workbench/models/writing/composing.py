"""What code writes itself: sentences of figures, tables, and risk signals with their measures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from workbench.i18n import tr
from workbench.models.evidence import Claim, Computation, Status
from workbench.models.finance.display import POINTS, labelled, said
from workbench.models.scenarios import Row, SentencePattern, Signal, Slot, TableSpec, holds
from workbench.models.writing.ledger import Ledger, Setting
from workbench.models.writing.report import Gap, Paragraph, Table, TableCell, TableRow

_WORST = (Status.CONFLICT, Status.UNPROVEN, Status.PARTIAL, Status.COMPUTED, Status.TRACED)
_SCALES = {"元": 1, "万元": 10**4, "亿元": 10**8}
NOTHING = "—"


@dataclass(frozen=True, slots=True)
class FiredSignal:
    """A risk rule that holds, worded."""

    id: str
    name: str
    severity: str
    claim: Claim
    advice: str


def sentence(parts: Sequence[str | Slot], ledger: Ledger) -> Claim | None:
    """The sentence of a pattern with its figures and their evidence; None when one is unknown."""
    pieces: list[str] = []
    settings: list[Setting] = []
    for part in parts:
        if isinstance(part, str):
            pieces.append(part)
            continue
        plain = part.expression.plain
        if plain is not None and plain.name in {"year", "yearend"}:
            year = ledger.year(plain.back)
            if not year:
                return None
            pieces.append(_year_words(year, plain.name, ledger.language))
            continue
        setting = ledger.setting(part.expression, part.format)
        if setting is None:
            return None
        settings.append(setting)
        pieces.append(setting.text)
    return _claim("".join(pieces), settings)


def _year_words(year: str, name: str, language: str) -> str:
    if language != "zh":
        return f"the end of {year}" if name == "yearend" else year
    return f"{year}年末" if name == "yearend" else f"{year}年"


def _claim(text: str, settings: Sequence[Setting]) -> Claim:
    """The sentence stands as its weakest figure does."""
    status = next((s for s in _WORST if any(x.status is s for x in settings)), Status.TRACED)
    citations = tuple(dict.fromkeys(c for s in settings for c in s.citations))
    done = [s.computation for s in settings if s.computation]
    formulas = "；".join(dict.fromkeys(c.formula for c in done))
    inputs = tuple(dict.fromkeys(i for c in done for i in c.inputs))
    return Claim(text, status, citations, Computation(formulas, inputs) if done else None)


def paragraphs(patterns: Sequence[SentencePattern], ledger: Ledger) -> tuple[Paragraph, ...]:
    """All sentences whose figures are known and whose condition holds, gathered in their paragraphs."""
    gathered: dict[str, list[Claim]] = {}
    chosen: set[str] = set()
    for pattern in patterns:
        if pattern.choice and pattern.choice in chosen:
            continue
        if pattern.when is not None and not holds(pattern.when, ledger.resolve):
            continue
        claim = sentence(pattern.parts[ledger.language], ledger)
        if claim is not None:
            gathered.setdefault(pattern.paragraph, []).append(claim)
            chosen.add(pattern.choice)
    return tuple(Paragraph(name, tuple(claims), "code") for name, claims in gathered.items())


def table(spec: TableSpec, ledger: Ledger) -> Table | None:
    """A table with a column for each year the case has figures of; None when no row has any."""
    backs = [back for back in range(0, -spec.periods, -1) if ledger.year(back)]
    rows: list[TableRow] = []
    for row in spec.rows:
        cells = [_cell(row, spec, ledger, back) for back in backs]
        if all(cell.value is None for cell in cells):
            continue
        if spec.change:
            cells.append(_change(row, ledger))
        rows.append(TableRow(row.label.of(ledger.language), tuple(cells), row.strong))
    if not rows:
        return None
    head = [tr("writing.item"), *(_year_words(ledger.year(b), "year", ledger.language) for b in backs)]
    if spec.change:
        head.append(tr("writing.change"))
    money = any(cell.unit == "元" for row in rows for cell in row.cells)
    note = spec.note.of(ledger.language) if spec.note else ""
    unit = _unit_words(spec, ledger) if money else ""
    return Table(spec.id, spec.title.of(ledger.language), tuple(head), tuple(rows), unit, note)


def _unit_words(spec: TableSpec, ledger: Ledger) -> str:
    if ledger.language == "zh":
        return spec.unit
    return {"元": "RMB", "万元": "RMB 10,000", "亿元": "RMB 100 million"}[spec.unit]


def _cell(row: Row, spec: TableSpec, ledger: Ledger, back: int) -> TableCell:
    setting = ledger.setting(row.value, row.format, back)
    if setting is None or setting.value is None:
        return TableCell(Claim(NOTHING, Status.TRACED))
    text = setting.text
    if setting.unit == "元":
        text = f"{setting.value / _SCALES[spec.unit]:,.2f}"
    elif setting.unit in {"倍", "天"}:
        text = f"{setting.value:,.2f}" if setting.unit == "倍" else f"{setting.value:,.0f}"
    return _table_cell(text, setting)


def _table_cell(text: str, setting: Setting) -> TableCell:
    claim = Claim(text, setting.status, setting.citations, setting.computation)
    return TableCell(claim, setting.value, setting.unit, setting.key, setting.formula, setting.period)


def _change(row: Row, ledger: Ledger) -> TableCell:
    """Growth for amounts, percentage points for shares, the plain difference for everything else."""
    now = ledger.setting(row.value, row.format)
    before = ledger.setting(row.value, row.format, -1)
    if now is None or before is None or now.value is None or before.value is None:
        return TableCell(Claim(NOTHING, Status.TRACED))
    citations = tuple(dict.fromkeys(now.citations + before.citations))
    if now.unit == "元":
        if before.value <= 0:
            return TableCell(Claim(NOTHING, Status.TRACED))
        value = (now.value - before.value) / before.value * 100
        text, unit, source = f"{value:+,.2f}%", "%", f"growth({row.value.source})"
    else:
        value = now.value - before.value
        text = f"{value:+,.0f}" if now.unit == "天" else f"{value:+,.2f}"
        unit, source = now.unit, f"change({row.value.source})"
        if unit == "%":
            text, unit = tr("writing.points", points=text), POINTS
    formula = f"{now.text} ⇐ {before.text}"
    computation = Computation(formula, citations) if citations else None
    status = next((s for s in _WORST[:3] if s in {now.status, before.status}), Status.COMPUTED)
    return TableCell(Claim(text, status, citations, computation), value, unit, "", source, now.period)


def facts_table(names: Sequence[str], ledger: Ledger) -> Table | None:
    """Single figures of the documents: what, how much, of when."""
    listed = ledger.listed(names)
    dated = any(fact.period for fact in listed)
    rows = []
    for fact in listed:
        claim = fact.claim()
        if fact.value is not None and ledger.language != "zh":
            claim = replace(claim, text=said(fact.value, fact.unit, ledger.language))
        figure = TableCell(claim, fact.value, fact.unit, fact.key, "", fact.period)
        when = (TableCell(Claim(fact.period or NOTHING, Status.TRACED)),) if dated else ()
        rows.append(TableRow(labelled(fact.label, ledger.language), (figure, *when)))
    if not rows:
        return None
    columns = (tr("writing.item"), tr("writing.value"), *([tr("writing.period")] if dated else []))
    return Table("facts", tr("writing.facts_table"), columns, tuple(rows))


def signals(rules: Sequence[Signal], ledger: Ledger) -> tuple[list[FiredSignal], list[str]]:
    """Rules that hold, worst first, and the names of those that can't be decided for lack of figures."""
    fired: list[FiredSignal] = []
    undecided: list[str] = []
    for rule in rules:
        met = holds(rule.when, ledger.resolve)
        name = rule.name.of(ledger.language)
        if met is None:
            undecided.append(name)
        elif met:
            claim = sentence(rule.parts[ledger.language], ledger)
            if claim is not None:
                fired.append(FiredSignal(rule.id, name, rule.severity, claim, rule.advice.of(ledger.language)))
    order = {"high": 0, "medium": 1, "low": 2}
    return sorted(fired, key=lambda s: order[s.severity]), undecided


def signal_paragraphs(fired: Sequence[FiredSignal]) -> tuple[Paragraph, ...]:
    """One paragraph a signal: what was found, and what to do about it."""
    found = []
    for number, signal in enumerate(fired, start=1):
        found_by = signal.claim
        # The measure follows from the rule that fired, so it stands on the figures that made it fire.
        advice = Claim(signal.advice, Status.COMPUTED, found_by.citations, found_by.computation)
        found.append(Paragraph(f"signal-{signal.id}", (signal.claim, advice), "code", f"{number}. {signal.name}"))
    return tuple(found)


def signal_table(fired: Sequence[FiredSignal]) -> Table | None:
    """The overview: risk, level, measure."""
    if not fired:
        return None
    rows = tuple(
        TableRow(
            signal.name,
            (
                TableCell(Claim(tr(f"writing.severity.{signal.severity}"), Status.COMPUTED)),
                TableCell(Claim(signal.advice, Status.COMPUTED)),
            ),
        )
        for signal in fired
    )
    columns = (tr("writing.signal.name"), tr("writing.signal.level"), tr("writing.signal.advice"))
    return Table("signals", tr("writing.signal.table"), columns, rows)


def figure_gaps(patterns: Sequence[SentencePattern], ledger: Ledger) -> list[Gap]:
    """One gap when a section that lives on figures has none."""
    return [] if ledger.years or not patterns else [Gap("figures", tr("writing.gap.figures"))]
