"""Pictures of pages."""

import threading

import pytest

from workbench.errors import DamagedDocument
from workbench.models.documents.render import page_picture, page_sizes


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
