"""From an anchor back to the words at its place."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workbench.models.documents.anchored import words_of
from workbench.models.documents.codec import quantised
from workbench.models.documents.document import (
    Block,
    BlockKind,
    CellPlace,
    Document,
    PageLine,
    Place,
    Run,
    TextPlace,
    WordPlace,
)
from workbench.models.evidence import Anchor, SheetSpan


def document(*pieces: tuple[str, Place]) -> Document:
    """One block, its pieces parted by a space that stands nowhere."""
    text, runs = "", []
    for words, place in pieces:
        text += " " if text else ""
        runs.append(Run(len(text), len(text) + len(words), place))
        text += words
    return Document("报告", "pdf", (Block(BlockKind.PARAGRAPH, text, tuple(runs)),))


def line(page: int, top: float, count: int) -> PageLine:
    return PageLine(page, top, top + 10, quantised([50.0 + 10 * k for k in range(count + 1)]))


KINDS = [
    document(("注册资本五千万元", line(1, 100, 8)), ("实缴三千万元", line(2, 40, 6))),
    document(("注册资本五千万元", WordPlace(3, paragraph=4)), ("实缴三千万元", WordPlace(0, table=1, row=2, column=0))),
    document(("注册资本五千万元", TextPlace(7, 2)), ("实缴三千万元", TextPlace(8, 0, "正文"))),
]


@pytest.mark.parametrize("read", KINDS, ids=["page", "word", "text"])
@given(data=st.data())
@settings(max_examples=50)
def test_the_words_at_an_anchor_are_those_it_was_made_of(read: Document, data: st.DataObject) -> None:
    block = read.blocks[0]
    start = data.draw(st.integers(0, len(block.text) - 1))
    end = data.draw(st.integers(start + 1, len(block.text)))
    anchor = block.anchor(start, end)
    if anchor is None:
        assert block.text[start:end] == " "
    else:
        assert words_of(read, anchor) == block.text[start:end].strip(" ")


def test_a_range_of_cells_gives_the_cells_in_it() -> None:
    read = document(("项目", CellPlace("表", "A1")), ("金额", CellPlace("表", "C12")), ("备注", CellPlace("表", "AA3")))
    assert words_of(read, Anchor("sheet", (SheetSpan("表", "A1:C20"),))) == "项目 金额"
    assert words_of(read, Anchor("sheet", (SheetSpan("表", "AA3"),))) == "备注"
    assert words_of(read, Anchor("sheet", (SheetSpan("另一张", "A1"),))) == ""
