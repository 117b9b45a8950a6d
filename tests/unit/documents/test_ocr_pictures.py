"""Pages drawn for recognition, in a cage."""

import io
import sys
import threading

import pytest
from PIL import Image

from workbench.errors import Cancelled, DamagedDocument, DocumentTooLarge, EncryptedDocument
from workbench.jobs import JobContext
from workbench.models.documents.document import PageSize
from workbench.models.documents.ocr_pictures import CagedPictures, picture_scale

from .conftest import PdfPage, pdf_bytes

HANGING = "import sys; sys.stdin.buffer.read()"
DYING = "import os; os._exit(5)"


def png(width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(buffer, "PNG")
    return buffer.getvalue()


def test_pages_of_a_pdf_are_drawn_at_the_scale_asked_for():
    content = pdf_bytes([PdfPage().text(100, 100, "资产负债表"), PdfPage(rotate=90)])
    with CagedPictures(content, "pdf") as pictures:
        first = pictures.page(1, 2.0, JobContext())
        second = pictures.page(2, 1.0, JobContext())
    assert (first.width, first.height) == (1190, 1684)
    assert len(first.rgb) == 3 * 1190 * 1684
    assert min(first.rgb) < 100
    assert (second.width, second.height) == (842, 595)


def test_a_picture_is_made_smaller_never_larger():
    with CagedPictures(png(400, 200), "image") as pictures:
        assert pictures.page(1, 0.5, JobContext()).width == 200
        whole = pictures.page(1, 2.0, JobContext())
    assert (whole.width, whole.height) == (400, 200)
    assert whole.rgb[:3] == b"\xff\x00\x00"


def test_a_page_that_is_not_there_costs_that_page_alone():
    with CagedPictures(pdf_bytes([PdfPage()]), "pdf") as pictures:
        with pytest.raises(DamagedDocument):
            pictures.page(7, 1.0, JobContext())
        assert pictures.page(1, 1.0, JobContext()).width == 595


def test_a_drawing_beyond_all_bounds_is_refused():
    with CagedPictures(pdf_bytes([PdfPage()]), "pdf") as pictures, pytest.raises(DocumentTooLarge):
        pictures.page(1, 40.0, JobContext())


def test_a_password_is_needed_here_too(tmp_path):
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf_bytes([PdfPage().text(50, 50, "机密")]))))
    writer.encrypt("secret", algorithm="AES-256")
    sealed = io.BytesIO()
    writer.write(sealed)
    with CagedPictures(sealed.getvalue(), "pdf") as pictures, pytest.raises(EncryptedDocument):
        pictures.page(1, 1.0, JobContext())
    with CagedPictures(sealed.getvalue(), "pdf", password="secret") as pictures:
        assert pictures.page(1, 1.0, JobContext()).width == 595


def test_a_worker_that_dies_is_a_damaged_page():
    with (
        CagedPictures(b"x", "pdf", command=[sys.executable, "-c", DYING]) as pictures,
        pytest.raises(DamagedDocument) as failure,
    ):
        pictures.page(3, 1.0, JobContext())
    assert "page 3" in failure.value.detail


def test_a_page_that_never_comes_is_a_damaged_page():
    command = [sys.executable, "-c", HANGING]
    with (
        CagedPictures(b"x", "pdf", command=command, seconds_a_page=0.2) as pictures,
        pytest.raises(DamagedDocument),
    ):
        pictures.page(1, 1.0, JobContext())


def test_a_page_whose_drawing_swells_is_too_large_where_the_system_holds_no_limit():
    swelling = "held = b'x' * (400 << 20); import sys; sys.stdin.buffer.read()"
    with (
        CagedPictures(b"x", "pdf", command=[sys.executable, "-c", swelling], memory=300 << 20) as pictures,
        pytest.raises(DocumentTooLarge) as failure,
    ):
        pictures.page(1, 1.0, JobContext())
    assert "300" in failure.value.message


def test_drawing_can_be_cancelled():
    job = JobContext()
    timer = threading.Timer(0.2, job.cancel)
    timer.start()
    with CagedPictures(b"x", "pdf", command=[sys.executable, "-c", HANGING]) as pictures, pytest.raises(Cancelled):
        pictures.page(1, 1.0, job)
    timer.join()


@pytest.mark.parametrize(
    ("size", "picture", "expected"),
    [
        (PageSize(595, 842), False, 160 / 72),
        (PageSize(100, 200), False, 6.0),
        (PageSize(800, 600), True, 1.0),
    ],
)
def test_the_scale_follows_the_page(size, picture, expected):
    assert picture_scale(size, picture=picture) == pytest.approx(expected)


@pytest.mark.parametrize("size", [PageSize(5_000, 7_000), PageSize(300, 14_000), PageSize(0, 0)])
def test_odd_pages_stay_within_bounds(size):
    scale = picture_scale(size)
    assert max(size.width, 1) * max(size.height, 1) * scale**2 <= 4_600_000
    assert max(size.width, size.height) * scale <= 9_001
