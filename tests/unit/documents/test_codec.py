"""Documents as bytes and back."""

import pickle
from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.models.documents import codec
from workbench.models.documents.document import (
    Attachment,
    Block,
    BlockKind,
    Cell,
    CellPlace,
    Document,
    OutlineItem,
    PageLine,
    PageSize,
    Run,
    TextPlace,
    WordPlace,
)

_numbers = st.integers(0, 2000)
_points = st.floats(-100, 2000).map(lambda v: round(v, 2))
_words = st.text(st.characters(codec=None), max_size=12)


def line_of(page: int, top: float, edges: list[float]) -> PageLine:
    return PageLine(page, top, top + 10, codec.quantised(edges))


_places = st.one_of(
    st.builds(line_of, _numbers, _points.map(lambda v: round(v, 1)), st.lists(st.floats(-100, 3000), max_size=8)),
    st.builds(WordPlace, _numbers, paragraph=_numbers),
    st.builds(WordPlace, _numbers, table=_numbers, row=_numbers, column=_numbers),
    st.builds(CellPlace, _words, _words),
    st.builds(TextPlace, _numbers, _numbers, st.none() | _words),
)
_blocks = st.builds(
    Block,
    st.sampled_from(BlockKind),
    _words,
    st.lists(st.builds(Run, _numbers, _numbers, _places), max_size=4).map(tuple),
    _numbers,
    st.lists(st.builds(Cell, _numbers, _numbers, _numbers, _numbers, _numbers, _numbers), max_size=4).map(tuple),
    _words,
    _words,
)
_documents = st.builds(
    Document,
    _words,
    _words,
    st.lists(_blocks, max_size=5).map(tuple),
    st.lists(st.builds(PageSize, _points, _points), max_size=3).map(tuple),
    st.lists(st.builds(OutlineItem, _words, _numbers, st.none() | _numbers), max_size=3).map(tuple),
    st.dictionaries(_words, _words, max_size=3),
    st.lists(st.builds(Attachment, _words, st.binary(max_size=30)), max_size=2).map(tuple),
    st.booleans(),
    st.lists(_words, max_size=2).map(tuple),
)


@given(_documents)
def test_a_document_comes_back_as_it_was(document: Document) -> None:
    back = codec.decode(codec.encode(document))
    for ours, theirs in zip(document.blocks, back.blocks, strict=True):
        for one, other in zip(ours.runs, theirs.runs, strict=True):
            if isinstance(one.place, PageLine) and isinstance(other.place, PageLine):
                assert other.place.bottom == pytest.approx(one.place.bottom, abs=0.006)
                assert other.place.edges == one.place.edges
            else:
                assert one == other
        assert (ours.kind, ours.text, ours.cells, ours.unit) == (theirs.kind, theirs.text, theirs.cells, theirs.unit)
    assert (document.title, document.properties, document.attachments) == (
        back.title,
        back.properties,
        back.attachments,
    )
    assert (document.pages, document.outline, document.notes) == (back.pages, back.outline, back.notes)


def test_edges_are_kept_to_the_twentieth_of_a_point() -> None:
    block = Block(BlockKind.PARAGRAPH, "字", (Run(0, 1, PageLine(1, 0, 10, array("f", [100.013, 110.49]))),))
    back = codec.decode(codec.encode(Document("t", "pdf", (block,))))
    place = back.blocks[0].runs[0].place
    assert isinstance(place, PageLine)
    assert list(place.edges) == pytest.approx([100.0, 110.5], abs=0.001)


@pytest.mark.parametrize("content", [b"", b"IKD", b"IKD\x02abc", b"IKD\x01abc", pickle.dumps([1])])
def test_other_bytes_are_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match="stored document"):
        codec.decode(content)


def test_a_stored_document_cut_short_is_refused() -> None:
    content = codec.encode(Document("标题", "text", (Block(BlockKind.PARAGRAPH, "内容" * 50),)))
    with pytest.raises(ValueError, match="damaged"):
        codec.decode(content[:-8])
