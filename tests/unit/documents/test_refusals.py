"""What an officer is told of a file that is not read: the right reason, and what to do."""

import io
import struct
import zipfile

import pytest
from PIL import Image

from workbench.errors import DamagedDocument, DocumentError, DocumentTooLarge, EncryptedDocument, UnsupportedDocument
from workbench.i18n import tr
from workbench.models.documents import images
from workbench.models.documents.document import Document
from workbench.models.documents.ole import is_sealed
from workbench.models.documents.reading import read_bytes

from .conftest import PdfPage, compound, pdf_bytes


def refusal(name: str, data: bytes) -> DocumentError:
    with pytest.raises(DocumentError) as caught:
        read_bytes(name, data)
    return caught.value


def zipped(files: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def old_word(flags: int) -> bytes:
    return compound("WordDocument", struct.pack("<HHHHHH", 0xA5EC, 0xC1, 0, 0, 0, flags))


def test_an_old_word_file_with_a_password_is_told_from_one_that_needs_converting():
    told = refusal("合同.doc", old_word(0x0100))
    assert isinstance(told, EncryptedDocument)
    assert told.hint == tr("documents.sealed_old.hint")
    assert isinstance(refusal("合同.doc", old_word(0)), UnsupportedDocument)


@pytest.mark.parametrize("token", [0xF3D1C4DF, 0xE391C05F])
def test_old_slides_say_at_their_head_whether_they_have_a_password(token):
    current = compound("Current User", struct.pack("<IIII", 0x0FF60000, 20, 20, token))
    assert is_sealed(current) == (token == 0xF3D1C4DF)


@pytest.mark.parametrize("data", [b"", b"no compound file", old_word(0x0100)[:700]])
def test_what_is_no_whole_compound_file_has_no_password(data):
    assert not is_sealed(data)


def test_an_open_document_with_a_password_asks_for_a_copy_without_it():
    manifest = "<manifest:encryption-data/>"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    told = refusal("表.ods", zipped({"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": "?"}))
    assert isinstance(told, EncryptedDocument)
    assert told.hint == tr("documents.sealed_old.hint")


@pytest.mark.parametrize(
    ("name", "part"), [("a.docx", "word/document.xml"), ("a.odt", "content.xml"), ("a.pptx", "ppt/presentation.xml")]
)
def test_declarations_that_harmful_files_hold_are_named_and_nobody_is_told_to_open_the_file(name, part):
    kind = {"mimetype": "application/vnd.oasis.opendocument.text"} if name == "a.odt" else {}
    told = refusal(name, zipped({**kind, part: '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}))
    assert isinstance(told, DamagedDocument)
    assert (told.message, told.hint) == (tr("documents.unsafe"), tr("documents.unsafe.hint"))


@pytest.mark.parametrize(
    ("name", "data"),
    [("合同.docx", b"\x01\x02\xff\xfe" * 99), ("报告.PDF", b"oops"), ("流水.xlsx", zipped({"a.txt": "1"}))],
)
def test_content_that_is_not_what_the_name_says_is_told_with_the_name(name, data):
    told = refusal(name, data)
    assert isinstance(told, DamagedDocument)
    assert name[-4:].lower() in told.message
    assert told.hint == tr("documents.misnamed.hint")


def test_a_picture_too_large_is_to_be_made_smaller_not_split(monkeypatch):
    monkeypatch.setattr(images, "_MAX_PIXELS", 1_000)
    buffer = io.BytesIO()
    Image.new("L", (60, 60)).save(buffer, "PNG")
    told = refusal("a.png", buffer.getvalue())
    assert isinstance(told, DocumentTooLarge)
    assert "1,000" in told.message
    assert told.hint == tr("documents.too_large.picture.hint")


def test_a_pdf_without_a_word_or_a_picture_says_so_and_is_whole():
    blank = read_bytes("空白.pdf", pdf_bytes([PdfPage().line(10, 10, 90, 90)]))
    assert isinstance(blank, Document)
    assert blank.notes == (tr("documents.pages_blank"),)
    assert not blank.partial
    scanned = read_bytes("扫描.pdf", pdf_bytes([PdfPage().picture()]))
    assert isinstance(scanned, Document)
    assert tr("documents.pages_blank") not in scanned.notes
