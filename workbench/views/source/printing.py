"""The source on paper or as a PDF, with what is marked on the screen marked there too."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPageLayout, QPainter, QTextDocument
from PySide6.QtPrintSupport import QPrinter

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.jobs import JobContext
from workbench.models.documents.document import Block, BlockKind, Cell
from workbench.models.evidence import Box
from workbench.views import theme
from workbench.views.source.grid import Grid
from workbench.views.source.loading import Loaded, draw
from workbench.views.source.places import Stretch, column_name

_DPI = 200
_FOUND = "#FFE0B0"
_ROWS = 5000
"""Rows of a sheet that are printed at most; the paper says so."""
_TABLE = "<table bgcolor='#C9C8C2' border='0' cellspacing='1' cellpadding='4' width='100%'>"
"""The lines are the ground between the cells: borders of their own are drawn with gaps."""
STYLE = (
    "body{font-size:10pt;color:#1D2327} td{background:#FFFFFF} th{background:#EEEEEE;font-weight:normal} "
    ".r{text-align:right} .m{color:#6B7178;font-size:8pt}"
)


@dataclass(frozen=True)
class Marks:
    """What is marked: boxes by page, and stretches of text with their colour."""

    cited: Mapping[int, Sequence[Box]] = field(default_factory=dict)
    found: Mapping[int, Sequence[Box]] = field(default_factory=dict)
    texts: Sequence[tuple[Stretch, str]] = ()
    cells: frozenset[tuple[int, int]] = frozenset()


def print_source(loaded: Loaded, printer: QPrinter, marks: Marks, job: JobContext, grid: Grid | None = None) -> None:
    """Print a document, of a workbook one sheet. Work for a job. Raises WorkbenchError kinds, Cancelled."""
    if loaded.pages:
        _print_pages(loaded, printer, marks, job)
        return
    if grid is not None:
        if grid.column_count > 6:
            printer.setPageOrientation(QPageLayout.Orientation.Landscape)
        body = _sheet_html(loaded.name, grid, marks.cells)
    else:
        body = _text_html(loaded.name, loaded.document.blocks, marks.texts)
    job.check()
    document = QTextDocument()
    document.setDefaultFont(QFont())
    document.setHtml(f"<html><head><style>{STYLE}</style></head><body>{body}</body></html>")
    job.check()
    document.print_(printer)


def wanted_pages(printer: QPrinter, count: int) -> range:
    """The pages asked for in the dialog."""
    first, last = printer.fromPage(), printer.toPage()
    if printer.printRange() is QPrinter.PrintRange.PageRange and first > 0:
        return range(first, min(max(last, first), count) + 1)
    return range(1, count + 1)


def _print_pages(loaded: Loaded, printer: QPrinter, marks: Marks, job: JobContext) -> None:
    pages = wanted_pages(printer, len(loaded.pages))
    painter = QPainter()
    if not painter.begin(printer):
        raise WorkbenchError(tr("source.not_printed"), tr("source.not_printed_hint"))
    try:
        for count, page in enumerate(pages):
            job.check()
            job.progress(count, len(pages), tr("source.outline_page", page=page))
            if count:
                printer.newPage()
            _print_page(loaded, page, painter, printer, marks)
        job.progress(len(pages), len(pages))
    except BaseException:
        printer.abort()
        raise
    finally:
        painter.end()


def _print_page(loaded: Loaded, page: int, painter: QPainter, printer: QPrinter, marks: Marks) -> None:
    size = loaded.pages[page - 1]
    picture = draw(loaded, page, _DPI / 72)
    room = printer.pageLayout().paintRectPixels(printer.resolution())
    shown = min(room.width() / size.width, room.height() / size.height)
    width, height = size.width * shown, size.height * shown
    place = QRectF((room.width() - width) / 2, (room.height() - height) / 2, width, height)
    draw_marks(picture, picture.width() / size.width, marks, page)
    painter.drawImage(place, picture)


def draw_marks(picture: object, scale: float, marks: Marks, page: int) -> None:
    """Mark boxes (points) on a page's picture, as on the screen: the paper's white turns yellow."""
    painter = QPainter(picture)  # type: ignore[call-overload]
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Multiply)
    painter.setPen(Qt.PenStyle.NoPen)
    for boxes, colour in ((marks.found, _FOUND), (marks.cited, theme.LIGHT.highlight)):
        painter.setBrush(QColor(colour))
        for x0, y0, x1, y1 in boxes.get(page, ()):
            painter.drawRect(QRectF(x0 * scale, y0 * scale, (x1 - x0) * scale, (y1 - y0) * scale))
    painter.end()


def _text_html(name: str, blocks: Sequence[Block], marks: Sequence[tuple[Stretch, str]]) -> str:
    by_block: dict[int, list[tuple[int, int, str]]] = {}
    for stretch, colour in marks:
        by_block.setdefault(stretch.block, []).append((stretch.start, stretch.end, colour))
    parts = [f"<p class='m'>{escape(name)}</p>"]
    parts += [block_html(block, by_block.get(number, [])) for number, block in enumerate(blocks)]
    return "".join(parts)


def block_html(block: Block, marks: Sequence[tuple[int, int, str]], only: Collection[int] | None = None) -> str:
    """A block with stretches (start, end, colour) marked; ``only`` are the rows (from 0) wanted of a table."""
    if block.kind is BlockKind.TABLE and block.cells:
        rows = []
        for number, row in enumerate(block.rows()):
            if only is not None and number not in only:
                continue
            cells = (f"<td{_spans(c)}>{_marked(block.text, c.start, c.end, marks)}</td>" for c in row)
            rows.append(f"<tr>{''.join(cells)}</tr>")
        unit = "" if block.unit and block.unit in block.caption else block.unit
        above = " ".join(escape(part) for part in (block.caption, unit) if part)
        return f"<p class='m'>{above}</p>{_TABLE}{''.join(rows)}</table>"
    words = _marked(block.text, 0, len(block.text), marks)
    if block.kind is BlockKind.HEADING:
        level = min(max(block.level, 1), 4)
        return f"<h{level}>{words}</h{level}>"
    small = " class='m'" if block.kind in (BlockKind.HEADER, BlockKind.FOOTER) else ""
    return f"<p{small}>{words}</p>"


def _spans(cell: Cell) -> str:
    return f" colspan='{cell.column_span}' rowspan='{cell.row_span}'"


def _marked(text: str, start: int, end: int, marks: Sequence[tuple[int, int, str]]) -> str:
    """Text with its marked stretches on their colour; of two on one place the later."""
    colours = [""] * (end - start)
    for first, last, colour in marks:
        for at in range(max(first, start), min(last, end)):
            colours[at - start] = colour
    parts, at = [], 0
    while at < len(colours):
        upto = at
        while upto < len(colours) and colours[upto] == colours[at]:
            upto += 1
        words = escape(text[start + at : start + upto]).replace("\n", "<br/>")
        parts.append(f"<span style='background:{colours[at]}'>{words}</span>" if colours[at] else words)
        at = upto
    return "".join(parts)


def _sheet_html(name: str, grid: Grid, marked: frozenset[tuple[int, int]]) -> str:
    rows = min(grid.row_count, _ROWS)
    cut = tr("source.rows_printed", rows=rows, total=grid.row_count) if rows < grid.row_count else ""
    table = rows_html(grid, marked, range(rows), range(grid.column_count))
    return f"<p class='m'>{escape(name)} · {escape(grid.name)} {escape(cut)}</p>{table}"


def rows_html(grid: Grid, marked: frozenset[tuple[int, int]], rows: Sequence[int], columns: Sequence[int]) -> str:
    """Rows and columns of a sheet (from 0) with their numbers and letters, some cells marked."""
    heads = "".join(f"<th>{column_name(c)}</th>" for c in columns)
    lines = [f"<tr><th></th>{heads}</tr>"]
    for row in rows:
        cells = "".join(_cell_html(grid.text(row, c), (row, c) in marked) for c in columns)
        lines.append(f"<tr><th>{row + 1}</th>{cells}</tr>")
    return f"{_TABLE}{''.join(lines)}</table>"


def _cell_html(text: str, marked: bool) -> str:
    ground = f" style='background:{theme.LIGHT.highlight}'" if marked else ""
    figure = bool(text) and set(text) <= set("0123456789.,-−+%()（）")
    return f"<td{' class=r' if figure else ''}{ground}>{escape(text)}</td>"
