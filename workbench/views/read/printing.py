"""The grid on paper."""

from html import escape

from PySide6.QtGui import QFont, QPageLayout, QTextDocument
from PySide6.QtPrintSupport import QPrinter

_STYLE = "body{font-size:9pt;color:#1D2327} table{border-collapse:collapse} th{background:#EEE;font-weight:normal}"


def print_grid(title: str, body: str, printer: QPrinter) -> None:
    """Print an HTML table across the paper. Work for a job."""
    printer.setPageOrientation(QPageLayout.Orientation.Landscape)
    document = QTextDocument()
    document.setDefaultFont(QFont())
    document.setHtml(f"<html><head><style>{_STYLE}</style></head><body><h3>{escape(title)}</h3>{body}</body></html>")
    document.print_(printer)
