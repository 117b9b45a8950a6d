"""The recogniser minds its own memory, on every system."""

import sys

import pytest

from workbench.errors import EngineOutOfMemory
from workbench.inference.api import PagePicture
from workbench.inference.ocr import LocalOcr
from workbench.jobs import ComputeArbiter, JobContext

SWELLING = """
import threading
from workbench.inference import ocr_worker as w
from workbench.inference.ocr_page import Page

class Reader:
    def __init__(self, threads, run):
        pass

    def page(self, picture):
        if picture[0, 0, 0]:
            self.held = b'x' * (500 << 20)
            threading.Event().wait()
        return Page([], 0, 0.0, [], [], [])

w.PageReader, w._RESIDENT = Reader, 400 << 20
w.confine = lambda limit, data: None
w.main()
"""


@pytest.fixture
def ocr():
    made = LocalOcr(ComputeArbiter(), command=[sys.executable, "-c", SWELLING], seconds_a_page=600)
    yield made
    made.close()


def test_a_page_that_swells_the_recogniser_is_told_so_and_the_next_one_is_read(ocr):
    small, heavy = PagePicture(4, 2, bytes(24)), PagePicture(4, 2, b"\xff" * 24)
    assert ocr.recognise(small, JobContext()).lines == ()
    first = ocr.pid
    with pytest.raises(EngineOutOfMemory) as caught:
        ocr.recognise(heavy, JobContext())
    assert "400 MB" in caught.value.detail
    assert ocr.recognise(small, JobContext()).lines == ()
    assert ocr.pid != first
