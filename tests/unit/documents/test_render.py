"""Pictures of pages."""

import threading

import numpy as np
import pytest

from workbench.errors import DamagedDocument
from workbench.models.documents.anchored import words_of
from workbench.models.documents.document import Document
from workbench.models.documents.reading import read_file
from workbench.models.documents.render import Picture, crop_picture, page_picture, page_sizes
from workbench.models.evidence import Anchor, PageSpan, SheetSpan


def test_a_page_is_drawn_with_its_words_on_white(make_pdf, page):
    content = make_pdf(page().line(100, 200, 300, 200)).read_bytes()
    picture = page_picture(content, 1, 2.0)
    assert (picture.width, picture.height) == (1190, 1684)
    assert len(picture.rgba) == 1190 * 1684 * 4

    def pixel(x: int, y: int) -> tuple[int, ...]:
        at = (y * picture.width + x) * 4
        return tuple(picture.rgba[at : at + 4])

    assert pixel(400, 600) == (255, 255, 255, 255)
    assert min(pixel(400, y)[0] for y in range(396, 405)) < 160


def test_a_turned_page_is_drawn_as_shown(make_pdf, page):
    content = make_pdf(page(rotate=90).text(80, 100, "内容。")).read_bytes()
    picture = page_picture(content, 1, 1.0)
    assert (picture.width, picture.height) == (842, 595)
    assert [(round(s.width), round(s.height)) for s in page_sizes(content)] == [(842, 595)]


def test_a_page_that_is_not_there_is_refused(make_pdf, page):
    with pytest.raises(DamagedDocument):
        page_picture(make_pdf(page()).read_bytes(), 2, 1.0)


def test_many_threads_may_draw_at_once(make_pdf, page):
    content = make_pdf(*[page().text(80, 100, f"第{n}页") for n in range(4)]).read_bytes()
    alone = [page_picture(content, n, 1.0).rgba for n in range(1, 5)]
    together: dict[int, bytes] = {}

    def draw(number: int) -> None:
        together[number] = page_picture(content, number, 1.0).rgba

    threads = [threading.Thread(target=draw, args=(n,)) for n in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [together[n] for n in range(1, 5)] == alone


def ink(picture: Picture) -> tuple[int, int, int, int]:
    """The frame of what is dark: left, top, right, bottom in pixels."""
    pixels = np.frombuffer(picture.rgba, dtype=np.uint8).reshape(picture.height, picture.width, 4)
    rows, columns = np.nonzero(pixels[:, :, 0] < 128)
    return int(columns.min()), int(rows.min()), int(columns.max()), int(rows.max())


def test_the_picture_of_an_anchor_holds_its_words_and_not_their_neighbours(make_pdf, page):
    p = page()
    for x in (100, 104, 108, 112):
        p.line(x, 195, x, 205)
    content = make_pdf(p).read_bytes()
    picture = crop_picture(content, Anchor("page", (PageSpan(1, ((102, 190, 110, 210),)),)), 4.0, margin=2.0)
    assert (picture.width, picture.height) == (8 * 4 + 16, 20 * 4 + 16)
    left, top, right, bottom = ink(picture)
    assert (left, right) == (pytest.approx(8 + 8, abs=2), pytest.approx(8 + 24, abs=2))
    assert (top, bottom) == (pytest.approx(8 + 20, abs=2), pytest.approx(8 + 60, abs=2))


def test_a_quote_over_two_lines_is_drawn_as_two_pieces_one_below_the_other(make_pdf, page):
    p = page().text(90, 100, "借款人主营食品冷冻设备的研发、生产和销售，产品出口多个国家和地区，")
    path = make_pdf(p.text(70, 116, "报告期内没有变化。"))
    document = read_file(path)
    assert isinstance(document, Document)
    block = document.blocks[0]
    start = block.text.index("和地区")
    anchor = block.anchor(start, start + 8)
    assert anchor is not None
    picture = crop_picture(path.read_bytes(), anchor, 2.0, margin=3.0)
    assert picture.width == pytest.approx(2 * 40 + 12, abs=6)
    assert picture.height == pytest.approx(2 * 2 * 10 + 18, abs=8)
    assert words_of(document, anchor) == "和地区，报告期内"


def test_an_anchor_without_pages_has_no_picture(make_pdf, page):
    with pytest.raises(ValueError, match="sheet"):
        crop_picture(make_pdf(page()).read_bytes(), Anchor("sheet", (SheetSpan("一", "A1"),)))
