"""A grid of values with their sources, as Word: tables in the house's style, the sources below as numbered notes."""

import io
from collections.abc import Sequence
from math import ceil
from pathlib import Path

import docx
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm
from docx.table import Table as WordTable
from docx.text.paragraph import Paragraph

from workbench.i18n import tr
from workbench.models.evidence import Status
from workbench.models.writing.export.atomic import write_whole
from workbench.models.writing.export.grid import (
    GridColumn,
    GridRow,
    GridTable,
    GridValue,
    heads_of,
    number_of,
    source_words,
)
from workbench.models.writing.export.ooxml import StyleIds, shade, xml_safe
from workbench.models.writing.export.word_tables import Column, grid
from workbench.paths import resources

_TEMPLATE = "credit_report.docx"
_MARGIN, _NAME = 2.0, 4.4
_BESIDE = 6
"""Fields beside each other; more go into further tables."""
_FILLS = {Status.PARTIAL: "FFF4D6", Status.UNPROVEN: "FBE3DE", Status.CONFLICT: "FBE3DE"}
_NOTHING = "—"


def write_grid_document(table: GridTable, path: Path) -> None:
    """Write the grid: of one document a row a field with its source, of several a row a document.

    Raises ExportError, DiskFull.
    """
    document = docx.Document(str(resources() / "templates" / _TEMPLATE))
    _GridDocument(document, table).write()
    content = io.BytesIO()
    document.save(content)
    write_whole(path, content.getvalue())


class _GridDocument:
    """Fills the body of the report's template, whose cover and contents a grid does without."""

    def __init__(self, document: WordDocument, table: GridTable) -> None:
        self._document = document
        self._table = table
        self._styles = StyleIds(document)
        self._body = next(p for p in document.paragraphs if p.text.strip() == "{{body}}")
        self._room = 0.0
        self._notes: list[str] = []

    def write(self) -> None:
        """All of it."""
        whole = self._body._p.getparent()
        for element in list(whole):
            if element is self._body._p:
                break
            whole.remove(element)
        self._across()
        self._heads()
        self._add("Heading 1", self._table.title)
        if len(self._table.rows) == 1:
            self._of_one(self._table.rows[0])
        else:
            self._of_several()
            if self._notes:
                self._add("Heading 2", tr("extracting.sources"))
        for number, note in enumerate(self._notes, start=1):
            self._add("Ink Source", f"[{number}] {note}")
        whole.remove(self._body._p)
        self._document.core_properties.title = xml_safe(self._table.title)

    def _across(self) -> None:
        """The paper turned, its margins small."""
        for section in self._document.sections:
            section.orientation = WD_ORIENT.LANDSCAPE
            long, short = max(section.page_width, section.page_height), min(section.page_width, section.page_height)
            section.page_width, section.page_height = long, short
            section.left_margin = section.right_margin = Cm(_MARGIN)
            self._room = long / Cm(1) - 2 * _MARGIN

    def _heads(self) -> None:
        words = {"{{title}}": self._table.title, "{{case}}": ""}
        parts = [part for section in self._document.sections for part in (section.header, section.footer)]
        for run in (run for part in parts for paragraph in part.paragraphs for run in paragraph.runs):
            for place, text in words.items():
                if place in run.text:
                    run.text = run.text.replace(place, xml_safe(text))

    def _of_one(self, row: GridRow) -> None:
        self._add("Ink Note", row.name)
        heads = (tr("extracting.field"), tr("extracting.value"), tr("extracting.sources"))
        rows = [
            (head, _shown(column, value), source_words(value.citations[0], row) if value.citations else "")
            for head, column, value in zip(heads_of(self._table), self._table.columns, row.values, strict=True)
        ]
        widths = (Column(5.2, strong=True), Column(7.0), Column(self._room - 12.2))
        made = grid(self._document, self._styles, self._body, rows, widths, head=heads)
        for line, value in zip(made.rows[1:], row.values, strict=True):
            _dress(line.cells[1].paragraphs[0], value)

    def _of_several(self) -> None:
        held = [any(row.values[n].value for row in self._table.rows) for n in range(len(self._table.columns))]
        numbers = [number for number, known in enumerate(held) if known]
        parts = ceil(len(numbers) / _BESIDE)
        size = ceil(len(numbers) / max(parts, 1))
        for first in range(0, len(numbers), max(size, 1)):
            self._part(numbers[first : first + size])
            self._add("Ink Source")
        nowhere = [column.title for column, known in zip(self._table.columns, held, strict=True) if not known]
        if nowhere:
            self._add("Ink Note", tr("extracting.nowhere", fields=tr("extracting.joiner").join(nowhere)))

    def _part(self, numbers: Sequence[int]) -> None:
        """Some of the fields beside each other for every document."""
        every = heads_of(self._table)
        heads = [tr("extracting.document"), *(every[n] for n in numbers)]
        rows = []
        for row in self._table.rows:
            cells = [_shown(self._table.columns[n], row.values[n]) + self._noted(row, row.values[n]) for n in numbers]
            rows.append([row.name, *cells])
        width = (self._room - _NAME) / len(numbers)
        columns = (Column(_NAME), *(Column(width) for _ in numbers))
        made = grid(self._document, self._styles, self._body, rows, columns, head=heads)
        self._dress_all(made, numbers)

    def _dress_all(self, made: WordTable, numbers: Sequence[int]) -> None:
        for line, row in zip(made.rows[1:], self._table.rows, strict=True):
            cells = line.cells
            for place, number in enumerate(numbers, start=1):
                paragraph = cells[place].paragraphs[0]
                _dress(paragraph, row.values[number])
                if self._table.columns[number].unit:
                    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT

    def _noted(self, row: GridRow, value: GridValue) -> str:
        """The number of a value's source, which is added to the notes."""
        if not value.citations or value.verdict == "rejected":
            return ""
        self._notes.append(source_words(value.citations[0], row))
        return f" [{len(self._notes)}]"

    def _add(self, style: str, text: str = "") -> Paragraph:
        paragraph = self._body.insert_paragraph_before(xml_safe(text))
        self._styles.apply(paragraph, style)
        return paragraph


def _shown(column: GridColumn, value: GridValue) -> str:
    """The value as read, figures grouped, its mark before it; a dash where there is none."""
    if not value.value or value.verdict == "rejected":
        return _NOTHING
    number = number_of(value.value) if column.unit else None
    words = value.value if number is None else f"{number:,f}"
    return f"{value.status.mark} {words}" if value.status else words


def _dress(paragraph: Paragraph, value: GridValue) -> None:
    """What a person still has to look at stands out."""
    fill = _FILLS.get(value.status) if value.status and value.verdict == "open" else None
    for run in paragraph.runs if fill else ():
        shade(run, str(fill))
