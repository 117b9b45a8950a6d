"""What is read, what is refused, and with which words."""

import io
import re
import zipfile

import pytest

from workbench.errors import (
    Cancelled,
    DamagedDocument,
    DocumentError,
    DocumentNotFound,
    DocumentTooLarge,
    EncryptedDocument,
    UnsupportedDocument,
)
from workbench.i18n import catalogue
from workbench.jobs import JobContext
from workbench.models.documents.document import Document
from workbench.models.documents.limits import ReadLimits
from workbench.models.documents.reading import read_file

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def zipped(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.pdf", b"", DamagedDocument),
        ("a.pdf", "只是文字".encode(), DamagedDocument),
        ("a.docx", bytes(range(256)) * 8, DamagedDocument),
        ("a.xlsx", b"PK\x03\x04 broken", DamagedDocument),
        ("a.doc", _OLE + "WordDocument".encode("utf-16-le"), UnsupportedDocument),
        ("a.xls", _OLE + "Workbook".encode("utf-16-le"), DamagedDocument),
        ("a.ppt", _OLE + "PowerPoint Document".encode("utf-16-le"), UnsupportedDocument),
        ("a.msg", _OLE + "__properties_version1.0".encode("utf-16-le"), DamagedDocument),
        ("a.vsd", _OLE + "VisioDocument".encode("utf-16-le"), DamagedDocument),
        ("a.dwg", b"AC1027" + bytes(100), UnsupportedDocument),
        ("a.mp4", b"\x00\x00\x00\x18ftypmp42", UnsupportedDocument),
        ("a.7z", b"7z\xbc\xaf\x27\x1c", UnsupportedDocument),
        ("a.docx", _OLE + "EncryptedPackage".encode("utf-16-le"), EncryptedDocument),
        ("a.png", b"\x89PNG\r\n\x1a\n", DamagedDocument),
        ("a.txt", b"\xff\xd8\xff\xe0 picture", DamagedDocument),
        ("a.zip", zipped(), DamagedDocument),
        ("a.docx", zipped("a.txt"), DamagedDocument),
        ("a.ofd", zipped("OFD.xml"), DamagedDocument),
        ("a.pptx", zipped("[Content_Types].xml", "ppt/presentation.xml"), DamagedDocument),
        ("a.exe", b"MZ\x90\x00", UnsupportedDocument),
        ("a.bin", bytes(range(256)) * 8, UnsupportedDocument),
        ("a.ico", b"\x00\x00\x01\x00\x01\x00\x10\x10" + bytes(range(256)) * 4, UnsupportedDocument),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_reason_and_a_hint(write, name, content, kind):
    with pytest.raises(DocumentError) as caught:
        read_file(write(name, content))
    assert type(caught.value) is kind
    assert caught.value.message
    assert caught.value.hint
    assert not caught.value.message.startswith("documents.")
    assert not caught.value.hint.startswith("documents.")


def test_a_pdf_under_another_name_is_read_as_what_it_is(make_pdf, page):
    document = read_file(make_pdf(page().text(80, 100, "内容在此。"), name="扫描.docx"))
    assert isinstance(document, Document)
    assert document.format == "pdf"


def test_a_missing_file_and_a_folder_are_told_apart(tmp_path):
    with pytest.raises(DocumentNotFound) as missing:
        read_file(tmp_path / "none.pdf")
    with pytest.raises(DocumentNotFound) as folder:
        read_file(tmp_path)
    assert missing.value.message != folder.value.message


def test_a_file_over_the_limit_is_refused_before_it_is_opened(write):
    with pytest.raises(DocumentTooLarge):
        read_file(write("a.txt", "内容" * 100), limits=ReadLimits(file_size=100))


def test_a_cancelled_job_stops(make_pdf, page):
    job = JobContext()
    job.cancel()
    with pytest.raises(Cancelled):
        read_file(make_pdf(page().text(80, 100, "内容。")), job=job)


def test_both_languages_say_the_same_things():
    zh = {k: v for k, v in catalogue("zh").items() if k.startswith("documents.")}
    en = {k: v for k, v in catalogue("en").items() if k.startswith("documents.")}
    assert zh.keys() == en.keys()
    assert {k: sorted(re.findall(r"{\w+}", v)) for k, v in zh.items()} == {
        k: sorted(re.findall(r"{\w+}", v)) for k, v in en.items()
    }
