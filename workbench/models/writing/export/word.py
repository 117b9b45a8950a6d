"""A report as a Word file: styles, contents, captions, footnotes with the sources, marks, appendices."""

import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path

import docx
from docx.document import Document as WordDocument
from docx.enum.text import WD_BREAK
from docx.opc.exceptions import PackageNotFoundError
from docx.text.paragraph import Paragraph as WordParagraph
from docx.text.run import Run

from workbench.errors import TemplateError
from workbench.i18n import tr
from workbench.models.evidence import Claim, Status
from workbench.models.writing.export.atomic import write_whole
from workbench.models.writing.export.ooxml import (
    Footnotes,
    StyleIds,
    bookmark,
    field,
    shade,
    update_fields_on_open,
    xml_safe,
)
from workbench.models.writing.export.places import source_line, source_note
from workbench.models.writing.export.word_tables import Column, figure_table, grid
from workbench.models.writing.export.word_toc import Entry, contents
from workbench.models.writing.report import DraftedSection, Paragraph, Report, Table
from workbench.paths import resources

_PLACES = ("{{title}}", "{{case}}", "{{facts}}", "{{contents}}", "{{body}}")
_FILLS = {Status.PARTIAL: "FFF4D6", Status.UNPROVEN: "FBE3DE", Status.CONFLICT: "FBE3DE"}
_NOTES = 3
_FORMULAS = 2
_CHAPTERS = "一二三四五六七八九十"


def default_template(report: Report) -> Path:
    """The template the report's scenario names."""
    return resources() / "templates" / (report.template or "credit_report.docx")


def write_word(report: Report, path: Path, template: Path | None = None) -> None:
    """Write the report and, beside it, ``<name>.evidence.json``.

    Raises TemplateError when the template can't be used; ExportError, DiskFull when the file can't
    be written: then what was there before stays.
    """
    used = template or default_template(report)
    document = _open(used)
    _WordReport(document, report, used).write()
    content = io.BytesIO()
    document.save(content)
    write_whole(path, content.getvalue())
    write_evidence(report, path.with_suffix(".evidence.json"))


def write_evidence(report: Report, path: Path) -> None:
    """The contract's ``[{section, paragraph, text, status, citations}]``."""
    write_whole(path, json.dumps(report.evidence(), ensure_ascii=False, indent=1).encode("utf-8", "replace"))


def _open(template: Path) -> WordDocument:
    try:
        document = docx.Document(str(template))
    except (PackageNotFoundError, KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        message = tr("writing.template.unreadable", file=template.name)
        raise TemplateError(message, tr("writing.template.hint"), str(error), file=str(template)) from error
    return document


class _WordReport:
    """Fills a template. Everything goes before the ``{{body}}`` paragraph, which is taken out at the end."""

    def __init__(self, document: WordDocument, report: Report, template: Path) -> None:
        self._document = document
        self._report = report
        self._footnotes = Footnotes(document)
        self._entries: list[Entry] = []
        self._noted: set[str] = set()
        places = {p.text.strip(): p for p in document.paragraphs if p.text.strip() in _PLACES}
        if "{{body}}" not in places:
            message = tr("writing.template.no_body", file=template.name)
            raise TemplateError(message, tr("writing.template.hint"), file=str(template))
        self._places = places
        self._body = places["{{body}}"]
        self._styles = StyleIds(document)

    def write(self) -> None:
        """All of it."""
        self._front()
        for number, section in enumerate(self._report.sections, start=1):
            self._chapter(number, section)
        self._appendices()
        if "{{contents}}" in self._places:
            contents(self._places["{{contents}}"], self._entries, tr("writing.word.contents"))
        self._body._p.getparent().remove(self._body._p)
        self._footnotes.close()
        update_fields_on_open(self._document)
        self._document.core_properties.title = xml_safe(self._report.title)

    def _front(self) -> None:
        words = {"{{title}}": self._report.title, "{{case}}": self._report.case_name}
        parts = [self._document, *(part for s in self._document.sections for part in (s.header, s.footer))]
        for part in parts:
            for paragraph in part.paragraphs:
                for run in paragraph.runs:
                    for place, text in words.items():
                        if place in run.text:
                            run.text = run.text.replace(place, xml_safe(text))
        if "{{facts}}" in self._places:
            self._cover(self._places["{{facts}}"])

    def _cover(self, place: WordParagraph) -> None:
        """What the reader has to know of this draft before reading it."""
        report, counts = self._report, self._report.counts()
        proven = counts[Status.TRACED] + counts[Status.COMPUTED]
        written = sum(counts.values()) - counts[Status.OWN]
        rows = [
            (tr("writing.word.case"), report.case_name),
            (tr("writing.word.date"), report.created[:10]),
            (tr("writing.word.documents"), tr("writing.word.documents.count", count=len(report.documents))),
            (tr("writing.word.model"), report.model or tr("writing.word.model.none")),
            (tr("writing.word.proven"), tr("writing.word.proven.of", proven=proven, all=written)),
            (tr("writing.word.open"), tr("writing.word.open.of", sentences=len(report.unproven()), gaps=self._gaps())),
            (tr("writing.word.marks"), tr("writing.word.marks.legend")),
        ]
        grid(self._document, self._styles, place, rows, (Column(3.6, strong=True), Column(9.4)), centred=True)
        place._p.getparent().remove(place._p)

    def _gaps(self) -> int:
        return sum(len(s.gaps) for s in self._report.sections)

    def _chapter(self, number: int, section: DraftedSection) -> None:
        self._heading(f"{self._number(number)}{section.title}", 1)
        tables = list(section.tables)
        for paragraph in section.paragraphs:
            self._paragraph(paragraph)
        for position, table in enumerate(tables, start=1):
            self._table(number, position, table)
        for conflict in section.conflicts:
            warning = self._add("Ink Warning", f"⚠ {conflict.text}")
            self._note(warning, Claim(conflict.text, Status.CONFLICT, conflict.citations))
        if section.gaps:
            listed = tr("writing.semicolon").join(g.text for g in section.gaps)
            self._add("Ink Note", tr("writing.word.gaps_here", gaps=listed))
        for note in section.notes:
            if note not in self._noted:
                self._noted.add(note)
                self._add("Ink Note", note)

    def _number(self, number: int) -> str:
        if self._report.language != "zh":
            return f"{number}. "
        return f"{_CHAPTERS[number - 1]}、" if number <= len(_CHAPTERS) else f"{number}、"

    def _heading(self, text: str, level: int) -> None:
        name = f"_Toc{len(self._entries) + 1:05}"
        heading = self._add(f"Heading {level}", text)
        bookmark(heading, name, len(self._entries) + 1)
        self._entries.append(Entry(text, level, name))

    def _paragraph(self, paragraph: Paragraph) -> None:
        if paragraph.lead:
            self._add("Heading 3", paragraph.lead)
        placed = self._add("Ink Body")
        for sentence in paragraph.sentences:
            self._sentence(placed, sentence)

    def _sentence(self, paragraph: WordParagraph, claim: Claim) -> None:
        blank = " " if paragraph.text and paragraph.text[-1].isascii() else ""
        run = paragraph.add_run(xml_safe(blank + claim.text))
        fill = _FILLS.get(claim.status)
        if fill:
            shade(run, fill)
            mark = paragraph.add_run(claim.status.mark)
            shade(mark, fill)
        self._note(paragraph, claim)

    def _note(self, paragraph: WordParagraph, claim: Claim) -> None:
        """A numbered source note; none for what is the user's own or has no source."""
        if not claim.citations:
            return
        names = self._report.documents
        if claim.computation:
            formulas = claim.computation.formula.split("；")
            more = tr("writing.word.more") if len(formulas) > _FORMULAS else ""
            shown = tr("writing.semicolon").join(formulas[:_FORMULAS])
            words = f"∑ {shown}{more}　{source_line(claim.citations, names)}"
        elif len(claim.citations) <= _NOTES:
            words = tr("writing.semicolon").join(source_note(c, names) for c in claim.citations)
        else:
            words = source_line(claim.citations, names)
        paragraph._p.append(self._footnotes.add(words))

    def _table(self, chapter: int, position: int, table: Table) -> None:
        caption = self._add("Caption")
        caption.paragraph_format.keep_with_next = True
        caption.add_run(tr("writing.word.table", chapter=chapter))
        sequence = tr("writing.word.table.sequence", chapter=chapter)
        for run in field(f"SEQ {sequence} \\* ARABIC", str(position)):
            caption._p.append(run)
        Run(caption._p.add_r(), caption).text = xml_safe(f"　{table.title}")
        figure_table(self._document, self._styles, self._body, table)
        citations = [c for row in table.rows for cell in row.cells for c in cell.claim.citations]
        words = [table.note, source_line(citations, self._report.documents)]
        self._add("Ink Source", "　".join(w for w in words if w))

    def _appendices(self) -> None:
        self._break()
        sections = self._report.sections
        self._heading(tr("writing.word.missing"), 1)
        gaps = [(s.title, g.text) for s in sections for g in s.gaps]
        self._list(gaps, (tr("writing.word.chapter"), tr("writing.word.gap")), (4.2, 11.6))
        self._heading(tr("writing.word.conflicts"), 1)
        conflicts = list(dict.fromkeys(c.text for s in sections for c in s.conflicts))
        numbered = [(str(i), text) for i, text in enumerate(conflicts, 1)]
        self._list(numbered, (tr("writing.word.no"), tr("writing.word.conflict")), (1.4, 14.4))
        self._heading(tr("writing.word.unproven"), 1)
        weak = [(title, _standing(claim), claim.text) for title, claim in self._report.unproven()]
        head = (tr("writing.word.chapter"), tr("writing.word.status"), tr("writing.word.sentence"))
        self._list(weak, head, (3.2, 2.6, 10.0))
        self._heading(tr("writing.word.evidence"), 1)
        self._add("Ink Note", tr("writing.word.evidence.note"))
        head = (tr("writing.word.no"), tr("writing.word.sentence"), tr("writing.word.sources"))
        self._list(self._evidence(), head, (1.2, 6.6, 8.0))

    def _evidence(self) -> list[tuple[str, str, str]]:
        rows: list[tuple[str, str, str]] = []
        for section in self._report.sections:
            for _, claim in section.sentences():
                if claim.citations:
                    text = f"{claim.status.mark} {claim.text}"
                    rows.append((str(len(rows) + 1), text, "\n".join(self._proof(claim))))
        return rows

    def _proof(self, claim: Claim) -> list[str]:
        """Every quote of a traced sentence; of a computed one the formulas and where their values stand."""
        names = self._report.documents
        if claim.computation and claim.status is Status.COMPUTED:
            formulas = [f"∑ {formula}" for formula in claim.computation.formula.split("；")]
            return [*formulas, source_line(claim.citations, names)]
        return [source_note(c, names) for c in claim.citations]

    def _list(self, rows: Sequence[Sequence[str]], head: Sequence[str], widths: Sequence[float]) -> None:
        if not rows:
            self._add("Ink Note", tr("writing.word.none"))
            return
        grid(self._document, self._styles, self._body, rows, tuple(Column(w) for w in widths), head=head)
        self._add("Ink Source", "")

    def _break(self) -> None:
        self._add("Ink Note").add_run().add_break(WD_BREAK.PAGE)

    def _add(self, style: str, text: str = "") -> WordParagraph:
        """A paragraph before the body's place; in the template's style of that name."""
        paragraph = self._body.insert_paragraph_before(xml_safe(text))
        self._styles.apply(paragraph, style)
        return paragraph


def _standing(claim: Claim) -> str:
    return f"{claim.status.mark} {tr(f'writing.status.{claim.status.value}')}"
