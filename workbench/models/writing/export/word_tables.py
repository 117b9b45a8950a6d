"""Tables of a Word report: figures with their marks, and plain grids of text."""

from collections.abc import Sequence
from dataclasses import dataclass

from docx.document import Document as WordDocument
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt
from docx.table import Table as WordTable
from docx.table import _Cell, _Row
from docx.text.paragraph import Paragraph

from workbench.i18n import tr
from workbench.models.evidence import Status
from workbench.models.writing.export.ooxml import StyleIds, element, shade, xml_safe
from workbench.models.writing.report import Table, TableCell

_WIDTH = 16.0
_WHOLE, _TOGETHER = 8, 2
"""Rows of a table that is kept on one page, and those of a longer one that stay with what stands above."""
_FILLS = {Status.PARTIAL: "FFF4D6", Status.UNPROVEN: "FBE3DE", Status.CONFLICT: "FBE3DE"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of text: its width in cm."""

    width: float
    strong: bool = False


def figure_table(document: WordDocument, styles: StyleIds, before: Paragraph, table: Table) -> None:
    """A table of the report, placed before a paragraph; its unit stands above it on the right."""
    if table.unit:
        unit = before.insert_paragraph_before(tr("writing.word.unit", unit=table.unit))
        styles.apply(unit, "Ink Source")
        unit.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        unit.paragraph_format.space_after = Pt(0)
        unit.paragraph_format.keep_with_next = True
    numeric = [
        any(row.cells[i].value is not None or _looks_numeric(row.cells[i].claim.text) for row in table.rows)
        for i in range(len(table.columns) - 1)
    ]
    placed = _placed(document, styles, before, len(table.rows) + 1, len(table.columns))
    _widths(placed, _shares(table))
    cells = [row.cells for row in placed.rows]
    for column, text in enumerate(table.columns):
        _fill(styles, cells[0][column], text, right=column > 0 and numeric[column - 1])
    _repeat_head(placed)
    for number, row in enumerate(table.rows, start=1):
        _fill(styles, cells[number][0], row.label, strong=row.strong)
        for column, cell in enumerate(row.cells, start=1):
            _figure(styles, cells[number][column], cell, right=numeric[column - 1], strong=row.strong)
    # The sources below it go where its last row goes.
    _hold(placed.rows[-1])


def grid(
    document: WordDocument,
    styles: StyleIds,
    before: Paragraph,
    rows: Sequence[Sequence[str]],
    columns: Sequence[Column],
    *,
    head: Sequence[str] | None = None,
    centred: bool = False,
) -> WordTable:
    """Rows of text in the report's table style; the table as placed, its head first."""
    offset = 1 if head else 0
    placed = _placed(document, styles, before, len(rows) + offset, len(columns))
    if centred:
        placed.alignment = WD_TABLE_ALIGNMENT.CENTER
    _widths(placed, [c.width for c in columns])
    if head:
        for column, text in enumerate(head):
            _fill(styles, placed.cell(0, column), text)
        _repeat_head(placed)
    else:
        _no_head(placed)
    cells = [row.cells for row in placed.rows]
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            _fill(styles, cells[number + offset][column], text, strong=columns[column].strong)
    return placed


def _placed(document: WordDocument, styles: StyleIds, before: Paragraph, rows: int, columns: int) -> WordTable:
    table = document.add_table(rows, columns)
    if "Ink Table" in styles:
        table.style = document.styles["Ink Table"]
    table.autofit = False
    before._p.addprevious(table._tbl)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(element("cantSplit"))
    # Head and first row stay together, a short table whole: nothing of it stands alone at a page's end.
    held = rows - 1 if rows <= _WHOLE else _TOGETHER
    for row in table.rows[:held]:
        _hold(row)
    return table


def _hold(row: _Row) -> None:
    """Keep a row on one page with what follows it."""
    for cell in row.cells:
        cell.paragraphs[0].paragraph_format.keep_with_next = True


def _widths(table: WordTable, widths: Sequence[float]) -> None:
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Cm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)


def _shares(table: Table) -> list[float]:
    """Width by what the columns hold: the label's gets at least its share, no figure column is squeezed."""
    figures = ([r.cells[i].claim.text for r in table.rows] for i in range(len(table.columns) - 1))
    held = [[r.label for r in table.rows], *figures]
    longest = [max(map(_length, [head, *texts])) for head, texts in zip(table.columns, held, strict=True)]
    capped = [min(max(n, 8), 44) for n in longest]
    return [_WIDTH * n / sum(capped) for n in capped]


def _length(text: str) -> int:
    return sum(1 if c.isascii() else 2 for c in text)


def _looks_numeric(text: str) -> bool:
    return bool(text) and all(c in "0123456789.,%-+()（）— " for c in text)


def _repeat_head(table: WordTable) -> None:
    table.rows[0]._tr.get_or_add_trPr().append(element("tblHeader"))


def _no_head(table: WordTable) -> None:
    look = table._tbl.tblPr.find("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}tblLook")
    if look is not None:
        look.set("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}firstRow", "0")
        look.set("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}val", "0480")


def _fill(styles: StyleIds, cell: _Cell, text: str, *, right: bool = False, strong: bool = False) -> Paragraph:
    paragraph = cell.paragraphs[0]
    styles.apply(paragraph, "Ink Cell")
    if right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    run = paragraph.add_run(xml_safe(text))
    if strong:
        run.bold = True
    return paragraph


def _figure(styles: StyleIds, cell: _Cell, figure: TableCell, *, right: bool, strong: bool) -> None:
    claim = figure.claim
    paragraph = _fill(styles, cell, claim.text, right=right, strong=strong)
    fill = _FILLS.get(claim.status)
    if fill:
        for run in [*paragraph.runs, paragraph.add_run(f" {claim.status.mark}")]:
            shade(run, fill)
