"""Pages drawn for the eye, in a cage: whatever a page does, the program goes on."""

import io
import sys

import pytest
from PIL import Image

from workbench.errors import DamagedDocument, DocumentTooLarge, EncryptedDocument
from workbench.models.documents.page_drawing import PageDrawer, Paper

from .conftest import PdfPage, pdf_bytes

_BOMB = """
from workbench.models.documents import ocr_picture_process as p
real = p._drawn
def drawn(content, about, number, scale):
    if number == 1:
        {fault}
    return real(content, about, number, scale)
p._drawn = drawn
p.main()
"""


@pytest.fixture
def drawer():
    made: list[PageDrawer] = []

    def make(**options) -> PageDrawer:
        made.append(PageDrawer(**{"seconds_a_page": 600, **options}))
        return made[-1]

    yield make
    for one in made:
        one.close()


def paper(*words: str) -> Paper:
    return Paper("pdf", pdf_bytes([PdfPage().text(100, 100, said) for said in words]))


def photo() -> Paper:
    buffer = io.BytesIO()
    Image.new("RGB", (400, 200), "red").save(buffer, "PNG")
    return Paper("image", buffer.getvalue())


def test_one_worker_draws_pages_of_one_file_after_another(drawer):
    draw = drawer()
    first = draw.picture(paper("甲", "乙"), 2, 1.0)
    worker = draw._caged._worker
    second = draw.picture(photo(), 1, 0.5)
    assert (first.width, first.height) == (595, 842)
    assert (second.width, second.height) == (200, 100)
    assert second.rgb[:3] == b"\xff\x00\x00"
    assert draw.picture(paper("甲", "乙"), 2, 1.0) == first
    assert draw._caged._worker is worker


@pytest.mark.parametrize(
    "fault", ["__import__('os').abort()", "bytearray(3 << 30)", "__import__('threading').Event().wait()"]
)
def test_a_page_that_crashes_bloats_or_hangs_costs_that_page_alone(drawer, fault):
    if "bytearray" in fault and sys.platform != "linux":
        pytest.skip("address space is limited on Linux only")
    draw = drawer(command=[sys.executable, "-c", _BOMB.format(fault=fault)], seconds_a_page=600)
    both = paper("甲", "乙")
    draw.picture(both, 2, 1.0)
    draw._caged._seconds = 0.5 if "wait" in fault else 600
    with pytest.raises(DocumentTooLarge if "bytearray" in fault else DamagedDocument):
        draw.picture(both, 1, 1.0)
    draw._caged._seconds = 600
    assert draw.picture(both, 2, 1.0).width == 595


def test_an_announced_worker_is_the_one_that_draws(drawer):
    draw = drawer()
    assert not draw.awake
    draw.announce()
    worker = draw._caged._worker
    assert draw.awake
    draw.picture(paper("甲"), 1, 1.0)
    assert draw._caged._worker is worker


def test_what_is_closed_holds_no_file_and_draws_again_when_asked(drawer):
    draw = drawer()
    draw.picture(paper("甲"), 1, 1.0)
    worker = draw._caged._worker
    draw.close()
    assert not draw.awake
    assert worker.poll() is not None
    assert draw._caged._content == b""
    assert draw.picture(paper("甲"), 1, 1.0).width == 595


def test_a_drawer_let_go_ends_its_worker():
    draw = PageDrawer()
    draw.picture(paper("甲"), 1, 1.0)
    worker = draw._caged._worker
    del draw
    assert worker.poll() is not None


def test_a_wrong_password_is_told_and_the_right_one_draws(drawer):
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_bytes([PdfPage().text(50, 50, "机密")]))))
    writer.encrypt("secret", algorithm="AES-256")
    sealed = io.BytesIO()
    writer.write(sealed)
    draw = drawer()
    with pytest.raises(EncryptedDocument):
        draw.picture(Paper("pdf", sealed.getvalue()), 1, 1.0)
    assert draw.picture(Paper("pdf", sealed.getvalue(), "secret"), 1, 1.0).width == 595
