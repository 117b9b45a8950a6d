"""Drafts as the library keeps them: section by section, so that a stopped draft goes on where it was."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from workbench.models.evidence import Claim, Status
from workbench.models.evidence.sentences import split_sentences
from workbench.models.writing.report import DraftedSection, Paragraph, Report, report_from_json, section_from_json

KIND = "draft"


class Notes(Protocol):
    """The library's drawer of encrypted notes."""

    def save_note(self, case_id: str, kind: str, key: str, value: dict[str, Any]) -> None: ...
    def notes(self, case_id: str, kind: str) -> dict[str, dict[str, Any]]: ...


class Drafts:
    """The drafts of one scenario in one language. Older shapes are left aside, never an error."""

    def __init__(self, notes: Notes, scenario_id: str, language: str) -> None:
        self._notes = notes
        self._head = f"{scenario_id}/{language}"

    def section(self, case_id: str, section_id: str, fingerprint: str | None = None) -> DraftedSection | None:
        """A saved section; only one drafted from the same material when ``fingerprint`` is given."""
        value = self._notes.notes(case_id, KIND).get(f"{self._head}/{section_id}")
        if value is None or (fingerprint is not None and value.get("fingerprint") != fingerprint):
            return None
        return _read_section(value)

    def save_section(self, case_id: str, section: DraftedSection, fingerprint: str) -> None:
        """Keep a section, and what it was drafted from."""
        self._notes.save_note(
            case_id, KIND, f"{self._head}/{section.id}", {**section.to_json(), "fingerprint": fingerprint}
        )

    def save_head(self, case_id: str, report: Report) -> None:
        """Keep everything but the sections."""
        self._notes.save_note(case_id, KIND, self._head, replace(report, sections=()).to_json())

    def report(self, case_id: str, order: Mapping[str, str]) -> Report | None:
        """The draft as far as it has come; ``order`` gives the sections' ids (titles are not needed)."""
        notes = self._notes.notes(case_id, KIND)
        head = notes.get(self._head)
        if head is None:
            return None
        try:
            report = report_from_json(head)
        except (KeyError, ValueError, TypeError):
            return None
        stored = (notes.get(f"{self._head}/{section_id}") for section_id in order)
        sections = tuple(s for value in stored if value is not None and (s := _read_section(value)) is not None)
        return replace(report, sections=sections)

    def write_own(self, case_id: str, section_id: str, paragraph_id: str, text: str) -> DraftedSection:
        """Set the user's own words for a paragraph (``own`` ✎); an empty text takes the paragraph out.

        An unknown paragraph id adds one at the end. Raises KeyError for a section never drafted.
        """
        value = self._notes.notes(case_id, KIND)[f"{self._head}/{section_id}"]
        section = section_from_json(value)
        own = Paragraph(paragraph_id, tuple(Claim(s, Status.OWN) for s in split_sentences(text)), "own")
        known = any(p.id == paragraph_id for p in section.paragraphs)
        changed = [own if p.id == paragraph_id else p for p in section.paragraphs] + ([] if known else [own])
        edited = replace(section, paragraphs=tuple(p for p in changed if p.sentences))
        self.save_section(case_id, edited, value.get("fingerprint", ""))
        return edited


def _read_section(value: dict[str, Any]) -> DraftedSection | None:
    try:
        return section_from_json(value)
    except (KeyError, ValueError, TypeError):
        return None


def keep_own(old: DraftedSection | None, new: DraftedSection) -> DraftedSection:
    """A fresh draft with what the user wrote in the old one, at its place.

    A paragraph wholly the user's stands instead of the new one of the same id, or behind the
    paragraph it stood behind; single sentences of the user's are added to their paragraph.
    """
    if old is None:
        return new
    paragraphs = list(new.paragraphs)
    behind = ""
    for paragraph in old.paragraphs:
        own = tuple(s for s in paragraph.sentences if s.status is Status.OWN)
        ids = [p.id for p in paragraphs]
        if own and paragraph.id in ids:
            index = ids.index(paragraph.id)
            whole = len(own) == len(paragraph.sentences)
            paragraphs[index] = paragraph if whole else _with_sentences(paragraphs[index], own)
        elif own:
            index = ids.index(behind) + 1 if behind in ids else len(paragraphs) if behind else 0
            paragraphs.insert(index, Paragraph(paragraph.id, own, "own", paragraph.lead))
        behind = paragraph.id
    return replace(new, paragraphs=tuple(paragraphs))


def _with_sentences(paragraph: Paragraph, own: tuple[Claim, ...]) -> Paragraph:
    said = {s.text for s in paragraph.sentences}
    return replace(paragraph, sentences=paragraph.sentences + tuple(s for s in own if s.text not in said))
