"""What is printed: words as they stand, the picture where it belongs."""

import pypdfium2
import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtPrintSupport import QPrinter

from workbench.jobs import JobContext
from workbench.views.paper import picture_html, print_html, table_html

TRICKY = ("{picture}", "<p>{picture}</p>", "<img src='picture'>", "{0} %s \\1 &amp;", picture_html())


@pytest.fixture
def print_to(qapp, tmp_path):
    def printed(body, picture=None):
        printer = QPrinter()
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(tmp_path / "printed.pdf"))
        print_html("标题", body, printer, JobContext(), across=False, picture=picture)
        with pypdfium2.PdfDocument(tmp_path / "printed.pdf") as paper:
            page = paper[0]
            pictures = [o for o in page.get_objects() if o.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
            return page.get_textpage().get_text_range(), len(pictures)

    return printed


def a_picture():
    made = QImage(200, 100, QImage.Format.Format_RGB32)
    made.fill(QColor("#23527C"))
    return made


@pytest.mark.parametrize("words", TRICKY)
@pytest.mark.parametrize("picture", [None, a_picture()])
def test_words_of_the_body_are_printed_untouched(print_to, words, picture):
    table = table_html(["名称"], [[words], ["其余"]], [False])
    said, pictures = print_to((picture_html() if picture else "") + table, picture)
    assert "".join(words.split()) in "".join(said.split())
    assert "其余" in said
    assert pictures == (picture is not None)


def test_the_picture_stands_where_the_body_puts_it_and_once(print_to):
    said, pictures = print_to(f"<p>前</p>{picture_html()}<p>后</p>", a_picture())
    assert pictures == 1
    assert said.index("前") < said.index("后")
