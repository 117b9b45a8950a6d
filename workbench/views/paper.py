"""Tables on paper: heads on every page, figures right, the title and the number of the page below."""

from collections.abc import Collection, Iterable, Sequence
from html import escape

from PySide6.QtCore import QEventLoop, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QImage, QPageLayout, QPainter, QTextDocument
from PySide6.QtPrintSupport import QPrinter

from workbench.jobs import JobContext

_STYLE = (
    "body{font-size:9pt;color:#1D2327} p{margin-top:0;margin-bottom:3px}"
    " .title{font-size:14pt;font-weight:600} .part{font-size:10.5pt;font-weight:600} .m{color:#6B7178;font-size:8pt}"
    " td,th{padding:3px 6px;border-bottom-style:solid;border-bottom-width:1px;border-bottom-color:#D5D9DE}"
    " th{background-color:#EEF1F5;font-weight:normal;color:#3C444B}"
)
_MARGINS = QMarginsF(14, 12, 14, 10)
"""Millimetres."""
_FOOT_POINTS = 20.0
_PICTURE = "picture"
_PLACE = f"<p><img src='{_PICTURE}'></p>"
"""Words of a body are escaped, so that no text can read like this."""
_WIDE, _HIGH = 0.96, 0.6
"""How much of a page a picture may take."""


def heading_html(words: str) -> str:
    """A heading over a part."""
    # Qt draws h2 and h3 at a size of the screen's: on paper they would be a few dots high.
    return f"<p style='margin-top:8px'><span class='part'>{escape(words)}</span></p>"


def table_html(
    heads: Sequence[str],
    rows: Iterable[Sequence[str]],
    figures: Sequence[bool],
    strong: Collection[int] = (),
    widths: Sequence[float] = (),
) -> str:
    """An HTML table whose head comes again on each page. Safe in a job.

    ``strong`` rows are stressed; ``widths`` are in proportion to each other, without them the words decide.
    """
    sides = ["right" if figure else "left" for figure in figures]
    parts = [f" width='{100 * width / sum(widths):.1f}%'" for width in widths] or [""] * len(heads)
    top = "".join(
        f"<th align='{side}'{part}>{escape(words)}</th>" for words, side, part in zip(heads, sides, parts, strict=True)
    )
    lines = []
    for number, row in enumerate(rows):
        opening, closing = ("<b>", "</b>") if number in strong else ("", "")
        cells = (
            f"<td align='{side}'>{opening}{escape(words)}{closing}</td>" for words, side in zip(row, sides, strict=True)
        )
        lines.append(f"<tr>{''.join(cells)}</tr>")
    body = "".join(lines)
    return (
        "<table width='100%' cellspacing='0' style='border-collapse:collapse'>"
        f"<thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    )


def picture_html() -> str:
    """Where the picture given to :func:`print_html` stands."""
    return _PLACE


def print_html(
    title: str, body: str, printer: QPrinter, job: JobContext, *, across: bool = True, picture: QImage | None = None
) -> None:
    """Print a body of HTML under its title. Work for a job; raises Cancelled."""
    # A long text is laid out in steps by a timer, and a timer needs a loop in the job's thread.
    _loop = QEventLoop()
    if across:
        printer.setPageOrientation(QPageLayout.Orientation.Landscape)
    printer.setPageMargins(_MARGINS, QPageLayout.Unit.Millimeter)
    document = QTextDocument()
    document.setDefaultFont(QFont())
    document.documentLayout().setPaintDevice(printer)
    page = printer.pageLayout().paintRectPixels(printer.resolution())
    size = QSizeF(page.width(), page.height() - _FOOT_POINTS * printer.resolution() / 72)
    if picture is not None:
        document.addResource(QTextDocument.ResourceType.ImageResource.value, _PICTURE, picture)
        body = body.replace(_PLACE, f"<p>{_placed(picture, size, printer.resolution())}</p>")
    document.setDocumentMargin(0)
    head = f"<p><span class='title'>{escape(title)}</span></p>"
    document.setHtml(f"<html><head><style>{_STYLE}</style></head><body>{head}{body}</body></html>")
    document.setPageSize(size)
    _paint(document, title, printer, size, job)


def _placed(picture: QImage, page: QSizeF, resolution: int) -> str:
    """The picture as wide as the page, or less where it would be too high; lengths are told in dots of the screen."""
    dots = QGuiApplication.primaryScreen().logicalDotsPerInchY() / resolution
    share = picture.height() / max(picture.width(), 1)
    wide = min(page.width() * _WIDE, page.height() * _HIGH / max(share, 1e-6)) * dots
    return f"<img src='{_PICTURE}' width='{wide:.0f}' height='{wide * share:.0f}'>"


def _paint(document: QTextDocument, title: str, printer: QPrinter, size: QSizeF, job: JobContext) -> None:
    count = document.pageCount()
    asked = printer.printRange() is QPrinter.PrintRange.PageRange and printer.fromPage() > 0
    wanted = range(printer.fromPage(), min(printer.toPage() or count, count) + 1) if asked else range(1, count + 1)
    painter = QPainter(printer)
    try:
        for page in wanted:
            job.check()
            if page != wanted[0]:
                printer.newPage()
            painter.save()
            painter.translate(0, -(page - 1) * size.height())
            document.drawContents(painter, QRectF(0, (page - 1) * size.height(), size.width(), size.height()))
            painter.restore()
            _foot(painter, title, f"{page} / {count}", size)
    finally:
        painter.end()


def _foot(painter: QPainter, title: str, number: str, size: QSizeF) -> None:
    font = QFont()
    font.setPointSizeF(8)
    painter.setFont(font)
    painter.setPen(QColor("#6B7178"))
    height = painter.fontMetrics().height()
    room = QRectF(0, size.height() + height / 2, size.width(), height)
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft, title)
    painter.drawText(room, Qt.AlignmentFlag.AlignRight, number)
