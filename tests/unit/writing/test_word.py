"""The Word file: its parts, its marks, its failures, and what LibreOffice makes of it."""

import errno
import json
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from lxml import etree

from workbench.errors import DiskFull, TemplateError
from workbench.inference.api import Role
from workbench.inference.fake import FakeEngine
from workbench.jobs import JobContext
from workbench.models.evidence import Claim, Status
from workbench.models.scenarios import load_scenario
from workbench.models.writing import Paragraph, Report, Writer
from workbench.models.writing.export import atomic
from workbench.models.writing.export.atomic import ExportError
from workbench.models.writing.export.word import write_word

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
OFFICE = shutil.which("soffice")


@pytest.fixture
def report(shelf: Any, finances: Any) -> Report:
    return Writer(shelf, shelf, FakeEngine(missing=[Role.CHAT]), finances).draft(
        "c1", load_scenario("credit_report"), JobContext()
    )


def with_claim(report: Report, claim: Claim) -> Report:
    section = report.section("industry")
    return report.with_section(replace(section, paragraphs=(Paragraph("x", (claim,), "model"),)))


def part(path: Path, name: str) -> Any:
    with zipfile.ZipFile(path) as package:
        return etree.fromstring(package.read(name))


def test_the_file_has_headings_captions_and_a_table_style(report: Report, tmp_path: Path) -> None:
    write_word(report, tmp_path / "r.docx")
    document = docx.Document(str(tmp_path / "r.docx"))
    headings = [p.text for p in document.paragraphs if p.style.name == "Heading 1"]
    assert headings[:2] == ["一、借款人概况", "二、股权与实际控制人"]
    assert headings[-1].startswith("附录四")
    captions = [p for p in document.paragraphs if p.style.name == "Caption"]
    assert captions
    assert all(" SEQ " in p._p.xml for p in captions)
    assert all(t.style.name == "Ink Table" for t in document.tables)


def test_contents_are_a_field_with_its_entries_filled_in(report: Report, tmp_path: Path) -> None:
    write_word(report, tmp_path / "r.docx")
    body = part(tmp_path / "r.docx", "word/document.xml")
    codes = [e.text for e in body.iter(f"{W}instrText")]
    assert any(code.strip().startswith("TOC") for code in codes)
    entries = ["".join(t.text for t in link.iter(f"{W}t")) for link in body.iter(f"{W}hyperlink")]
    assert "五、财务分析" in entries
    targets = {link.get(f"{W}anchor") for link in body.iter(f"{W}hyperlink")}
    assert targets <= {mark.get(f"{W}name") for mark in body.iter(f"{W}bookmarkStart")}
    marks = [e.get(f"{W}fldCharType") for e in body.iter(f"{W}fldChar")]
    assert marks.count("begin") == marks.count("separate") == marks.count("end")
    assert part(tmp_path / "r.docx", "word/settings.xml").find(f"{W}updateFields") is not None


def test_every_proven_sentence_has_a_footnote_with_its_source(report: Report, tmp_path: Path) -> None:
    write_word(report, tmp_path / "r.docx")
    notes = part(tmp_path / "r.docx", "word/footnotes.xml")
    words = ["".join(t.text for t in note.iter(f"{W}t")) for note in notes]
    cited = sum(1 for s in report.sections for _, c in s.sentences() if c.citations)
    assert len([w for w in words if w.strip()]) >= cited
    assert any("《申请书》" in w and "采购原材料" in w for w in words)
    used = {e.get(f"{W}id") for e in part(tmp_path / "r.docx", "word/document.xml").iter(f"{W}footnoteReference")}
    assert used <= {note.get(f"{W}id") for note in notes}


def test_what_is_not_proven_is_shaded_marked_and_listed(report: Report, tmp_path: Path) -> None:
    doubtful = with_claim(report, Claim("预计现金流将明显改善。", Status.UNPROVEN))
    write_word(doubtful, tmp_path / "r.docx")
    document = docx.Document(str(tmp_path / "r.docx"))
    runs = [r for p in document.paragraphs for r in p.runs if "明显改善" in r.text]
    assert "w:shd" in runs[0]._r.xml
    paragraph = next(p for p in document.paragraphs if "明显改善" in p.text)
    assert "○" in paragraph.text
    assert any("明显改善" in cell.text for t in document.tables for row in t.rows for cell in row.cells)


def test_a_contradiction_is_told_in_its_section(report: Report, tmp_path: Path) -> None:
    claim = Claim("短期借款不一致。", Status.CONFLICT, report.section("finances").paragraphs[0].sentences[0].citations)
    write_word(with_claim(report, claim), tmp_path / "r.docx")
    paragraph = next(p for p in docx.Document(str(tmp_path / "r.docx")).paragraphs if "短期借款不一致" in p.text)
    assert "⚠" in paragraph.text


def test_fonts_for_chinese_are_named(report: Report, tmp_path: Path) -> None:
    write_word(report, tmp_path / "r.docx")
    styles = part(tmp_path / "r.docx", "word/styles.xml")
    fonts = {e.get(f"{W}eastAsia") for e in styles.iter(f"{W}rFonts")}
    assert {"宋体", "黑体"} <= fonts


def test_control_characters_do_not_break_the_file(report: Report, tmp_path: Path) -> None:
    write_word(with_claim(report, Claim("坏\x00字\x0b符\ud800。", Status.PARTIAL)), tmp_path / "r.docx")
    assert any("坏字符。" in p.text for p in docx.Document(str(tmp_path / "r.docx")).paragraphs)


def test_the_evidence_is_written_beside_it(report: Report, tmp_path: Path) -> None:
    write_word(report, tmp_path / "r.docx")
    assert json.loads((tmp_path / "r.evidence.json").read_text(encoding="utf-8")) == report.evidence()


def test_a_banks_own_template_is_filled(report: Report, tmp_path: Path) -> None:
    own = docx.Document()
    own.add_paragraph("某某银行")
    own.add_paragraph("{{body}}")
    own.save(str(tmp_path / "own.docx"))
    write_word(report, tmp_path / "r.docx", tmp_path / "own.docx")
    texts = [p.text for p in docx.Document(str(tmp_path / "r.docx")).paragraphs]
    assert texts[0] == "某某银行"
    assert "一、借款人概况" in texts


def test_a_template_without_a_place_for_the_text_is_refused(report: Report, tmp_path: Path) -> None:
    docx.Document().save(str(tmp_path / "empty.docx"))
    with pytest.raises(TemplateError):
        write_word(report, tmp_path / "r.docx", tmp_path / "empty.docx")
    (tmp_path / "broken.docx").write_bytes(b"no zip")
    with pytest.raises(TemplateError):
        write_word(report, tmp_path / "r.docx", tmp_path / "broken.docx")
    assert not (tmp_path / "r.docx").exists()


@pytest.mark.parametrize(
    ("failure", "kind"),
    [(OSError(errno.ENOSPC, "full"), DiskFull), (PermissionError(errno.EACCES, "open"), ExportError)],
)
def test_a_file_that_cannot_be_written_leaves_the_old_one(
    report: Report, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: OSError, kind: type[Exception]
) -> None:
    target = tmp_path / "r.docx"
    target.write_bytes(b"before")

    def refuse(_number: int) -> None:
        raise failure

    monkeypatch.setattr(atomic.os, "fsync", refuse)
    with pytest.raises(kind):
        write_word(report, target)
    assert target.read_bytes() == b"before"
    assert [f.name for f in tmp_path.iterdir()] == ["r.docx"]


@pytest.mark.skipif(OFFICE is None, reason="LibreOffice (soffice) is not installed")
def test_libreoffice_shows_it_whole(report: Report, tmp_path: Path, convert: Callable[[Path, str], Path]) -> None:
    write_word(report, tmp_path / "r.docx")
    pdf = convert(tmp_path / "r.docx", "pdf")
    assert pdf.read_bytes().startswith(b"%PDF")
    pdfium = pytest.importorskip("pypdfium2")
    document = pdfium.PdfDocument(str(pdf))
    pages = [document[i].get_textpage().get_text_range() for i in range(len(document))]
    document.close()
    text = "".join("".join(pages).split())
    assert len(pages) > 4
    assert "附录四依据一览" in "".join(pages[1].split())
    assert "资产负债率66.21%" in text
    assert "资料来源：" in text


def test_a_tables_heading_head_and_sources_stay_with_it(report, tmp_path):
    path = tmp_path / "r.docx"
    write_word(report, path)
    document = docx.Document(str(path))
    captions = [p for p in document.paragraphs if p.style.name == "Caption"]
    assert captions
    assert all(p.paragraph_format.keep_with_next for p in captions)
    for table in document.tables[1:]:
        held = [all(c.paragraphs[0].paragraph_format.keep_with_next for c in row.cells) for row in table.rows]
        assert held[0]
        if len(held) <= 8:
            assert all(held[:-1])
