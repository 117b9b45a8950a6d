"""Checks, signals and charts of the finance workbook."""

from collections.abc import Callable, Sequence
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.chart import BarChart, LineChart, Reference
from openpyxl.drawing.text import CharacterProperties, ParagraphProperties
from openpyxl.styles import Alignment, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from workbench.i18n import term, tr
from workbench.models.evidence import Citation
from workbench.models.finance.check import Check
from workbench.models.finance.signal import Signal
from workbench.models.writing.export.workbook_finance_cells import RATIO, Cells
from workbench.models.writing.export.workbook_parts import FORMATS, fit_row, head, put_text, texts, underline, widths

_WRONG = PatternFill("solid", fgColor="FBE3DE")
_SHOWN = 6
_NAMES, _DETAIL = 46, 80
"""Widths of columns of words."""
_CHARTED = (
    ("营业收入", "净利润"),
    ("资产总计", "负债合计", "所有者权益合计"),
    ("经营活动产生的现金流量净额", "净利润"),
)
_RATIO_CHART = tuple(f"{RATIO}{name}" for name in ("毛利率", "净利率", "净资产收益率", "资产负债率"))
_CHART_ROWS = 17


def write_checks(workbook: Workbook, checks: Sequence[Check]) -> None:
    """Every check with what is expected and found; those that fail stand out and first."""
    sheet = workbook.create_sheet(tr("finance.book.checks"))
    titles = ("check", "period", "expected", "found", "difference", "result", "detail")
    head(sheet, 1, [tr(f"finance.book.{t}") for t in titles])
    for row, check in enumerate(sorted(checks, key=lambda c: c.ok), start=2):
        _check(sheet, row, check)
        underline(sheet, row, len(titles))
    widths(sheet, [_NAMES, 12, 20, 20, 18, 7, _DETAIL])
    sheet.freeze_panes = "A2"


def _check(sheet: Worksheet, row: int, check: Check) -> None:
    put_text(sheet.cell(row, 1), f"{check.id} {check.name}")
    put_text(sheet.cell(row, 2), check.period)
    for column, value in ((3, check.expected), (4, check.found)):
        sheet.cell(row, column).value = value
        sheet.cell(row, column).number_format = FORMATS["元"]
    sheet.cell(row, 5).value = f"=D{row}-C{row}"
    sheet.cell(row, 5).number_format = FORMATS["元"]
    put_text(sheet.cell(row, 6), "✓" if check.ok else "✗")
    sheet.cell(row, 6).alignment = Alignment(horizontal="center")
    detail = f"{check.note} {check.formula}".strip()
    put_text(sheet.cell(row, 7), detail)
    fit_row(sheet, row, [(f"{check.id} {check.name}", _NAMES), (detail, _DETAIL)])
    for column in (1, 7):
        sheet.cell(row, column).alignment = Alignment(wrap_text=True, vertical="top")
    if not check.ok:
        for column in range(1, 8):
            sheet.cell(row, column).fill = _WRONG


def write_signals(workbook: Workbook, signals: Sequence[Signal], source: Callable[[Citation], str]) -> None:
    """Every signal with its explanation and the first places it rests on."""
    sheet = workbook.create_sheet(tr("finance.book.signals"))
    head(sheet, 1, [tr(f"finance.book.{t}") for t in ("level", "signal", "explanation", "source")])
    rows = []
    for signal in signals:
        cited = dict.fromkeys(c for claim in signal.evidence for c in claim.citations)
        where = "\n".join(source(c).replace("\n", tr("finance.colon"), 1) for c in list(cited)[:_SHOWN])
        rows.append((tr(f"finance.level.{signal.level}"), signal.name, signal.explanation, where))
    texts(sheet, rows or [("", tr("finance.book.no_signal"), "", "")], [8, 26, 60, 80])


def write_charts(workbook: Workbook, cells: Cells, years: Sequence[str]) -> Worksheet:
    """Native charts over a small table of references, oldest period first."""
    sheet = workbook.create_sheet(tr("finance.book.charts"))
    row = 1
    for names, chart in (*((names, BarChart()) for names in _CHARTED), (_RATIO_CHART, LineChart())):
        known = [n for n in names if any(cells.get(n, y) for y in years)]
        if known:
            _table(sheet, row, years, known, cells)
            _dress(chart, sheet, row, (len(years), len(known)))
            if all(_is_gain(workbook, cells.get(n, y)) for n in known for y in years):
                # A bar that does not begin at nothing tells a wrong proportion.
                chart.y_axis.scaling.min = 0
            sheet.add_chart(chart, f"{get_column_letter(3 + len(years))}{row}")
            row += max(len(known) + 2, _CHART_ROWS)
    widths(sheet, [30, *[18] * len(years)])
    return sheet


def _table(sheet: Worksheet, row: int, years: Sequence[str], names: Sequence[str], cells: Cells) -> None:
    """The figures of a chart: a row a line, each a reference to where the figure stands."""
    head(sheet, row, [tr("finance.book.item"), *years])
    for offset, name in enumerate(names, start=1):
        put_text(sheet.cell(row + offset, 1), term(name.removeprefix(RATIO)))
        for column, year in enumerate(years, start=2):
            place = cells.get(name, year)
            if place:
                sheet.cell(row + offset, column).value = f"={place}"
                sheet.cell(row + offset, column).number_format = FORMATS["%" if name.startswith(RATIO) else "元"]


def _dress(chart: BarChart | LineChart, sheet: Worksheet, row: int, size: tuple[int, int]) -> None:
    """A chart over the table at a row; ``size``: its years and lines."""
    years, lines = size
    area = Reference(sheet, min_col=1, max_col=1 + years, min_row=row + 1, max_row=row + lines)
    chart.add_data(area, from_rows=True, titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=2, max_col=1 + years, min_row=row, max_row=row))
    _entitle(chart, " · ".join(str(sheet.cell(row + n, 1).value) for n in range(1, lines + 1)))
    # Left out, the axes are taken for deleted and nothing tells what a bar is worth.
    chart.x_axis.delete = chart.y_axis.delete = False
    chart.y_axis.number_format = FORMATS["%"] if isinstance(chart, LineChart) else "#,##0"
    chart.legend.position = "b"
    chart.height, chart.width = 7.5, 15


def _is_gain(workbook: Workbook, place: str | None) -> bool:
    """Whether a figure is known and not below zero; a formula is not known here."""
    if place is None:
        return True
    sheet, _, cell = place.rpartition("!")
    value = workbook[sheet.strip("'")][cell].value
    return isinstance(value, Decimal | int | float) and value >= 0


def _entitle(chart: BarChart | LineChart, words: str) -> None:
    """A title no larger than it need be."""
    chart.title = words
    look = CharacterProperties(sz=1100, b=True)
    for paragraph in chart.title.tx.rich.p:
        paragraph.pPr = ParagraphProperties(defRPr=look)
        for run in paragraph.r:
            run.rPr = look
    chart.title.overlay = False
