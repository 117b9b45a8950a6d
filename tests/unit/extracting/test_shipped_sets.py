"""What the shipped field sets read out of papers of their kind."""

import importlib.util
from pathlib import Path

import pytest

from workbench.models.documents.document import Document
from workbench.models.documents.reading import read_bytes
from workbench.models.extracting import Paper, field_set, read_cell, shipped_sets

_SPEC = importlib.util.spec_from_file_location("made_papers", Path(__file__).with_name("made_papers.py"))
assert _SPEC
assert _SPEC.loader
_PAPERS = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(_PAPERS)


def paper(text: str) -> Paper:
    document = read_bytes("paper.md", text.encode())
    assert isinstance(document, Document)
    return Paper("d", document)


@pytest.mark.parametrize("name", list(_PAPERS.EXPECTED))
def test_a_paper_of_its_kind_is_read_without_a_model(name):
    text, expected = _PAPERS.EXPECTED[name]
    made, fields = paper(text), field_set(name)
    cells = {field.id: read_cell(made, field) for field in fields.fields}
    assert {i: c.value for i, c in cells.items()} == expected
    for cell in cells.values():
        if not cell.missing:
            assert all(c.quote in text or "\t" in c.quote for c in cell.citations)


def test_every_field_asks_in_both_languages_and_says_where_to_look():
    for known in shipped_sets():
        for field in known.fields:
            assert set(field.name) == set(field.question) == {"zh", "en"}, field.id
            assert field.labels or field.patterns, field.id


def test_no_set_names_a_field_twice():
    for known in shipped_sets():
        assert len({f.id for f in known.fields}) == len(known.fields)
