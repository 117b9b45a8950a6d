"""Tables on paper: heads on every page, figures right, the title and the number of the page below."""

from collections.abc import Collection, Iterable, Sequence
from html import escape

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPageLayout, QPainter, QTextDocument
from PySide6.QtPrintSupport import QPrinter

from workbench.jobs import JobContext

_STYLE = (
    "body{font-size:9pt;color:#1D2327} h2{font-size:13pt;font-weight:600} h3{font-size:10pt;font-weight:600}"
    " th{background-color:#EEF1F5;font-weight:normal;color:#3C444B}"
    " p{margin-top:2pt;margin-bottom:4pt} .m{color:#6B7178;font-size:8pt}"
)
_FOOT_POINTS = 20.0
_PICTURE = "picture"
_ROOM = 0.96
"""How much of the width a picture may take."""


def table_html(
    heads: Sequence[str], rows: Iterable[Sequence[str]], figures: Sequence[bool], strong: Collection[int] = ()
) -> str:
    """An HTML table whose head comes again on each page; ``strong`` rows are stressed. Safe in a job."""
    sides = ["right" if figure else "left" for figure in figures]
    top = "".join(f"<th align='{side}'>{escape(words)}</th>" for words, side in zip(heads, sides, strict=True))
    lines = []
    for number, row in enumerate(rows):
        opening, closing = ("<b>", "</b>") if number in strong else ("", "")
        cells = (
            f"<td align='{side}'>{opening}{escape(words)}{closing}</td>" for words, side in zip(row, sides, strict=True)
        )
        lines.append(f"<tr>{''.join(cells)}</tr>")
    body = "".join(lines)
    return (
        "<table width='100%' cellspacing='0' cellpadding='3' border='1' style='border-collapse:collapse;"
        f"border-color:#C9CED4'><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    )


def picture_html() -> str:
    """Where the picture given to :func:`print_html` stands."""
    return f"<p><img src='{_PICTURE}'></p>"


def print_html(
    title: str, body: str, printer: QPrinter, job: JobContext, *, across: bool = True, picture: QImage | None = None
) -> None:
    """Print a body of HTML under its title. Work for a job; raises Cancelled."""
    if across:
        printer.setPageOrientation(QPageLayout.Orientation.Landscape)
    document = QTextDocument()
    document.setDefaultFont(QFont())
    document.documentLayout().setPaintDevice(printer)
    page = printer.pageLayout().paintRectPixels(printer.resolution())
    foot = _FOOT_POINTS * printer.resolution() / 72
    size = QSizeF(page.width(), page.height() - foot)
    if picture is not None:
        document.addResource(
            QTextDocument.ResourceType.ImageResource.value,
            _PICTURE,
            picture.scaledToWidth(int(size.width() * _ROOM), Qt.TransformationMode.SmoothTransformation),
        )
    document.setDocumentMargin(0)
    document.setHtml(f"<html><head><style>{_STYLE}</style></head><body><h2>{escape(title)}</h2>{body}</body></html>")
    document.setPageSize(size)
    _paint(document, title, printer, size, job)


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
