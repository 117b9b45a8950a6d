"""Office files with a password: opened with it, refused without it or without the library that opens them."""

import io
import sys

import openpyxl
import pytest

from workbench.errors import DamagedDocument, EncryptedDocument
from workbench.models.documents.document import Document
from workbench.models.documents.reading import read_bytes

PASSWORD = "对账2024"


@pytest.fixture(scope="module")
def sealed() -> bytes:
    """A workbook sealed with the password, as Excel does (agile encryption)."""
    msoffcrypto = pytest.importorskip("msoffcrypto")
    book = openpyxl.Workbook()
    book.active.append(["项目", "金额"])
    book.active.append(["贷款", 500])
    plain, sealed = io.BytesIO(), io.BytesIO()
    book.save(plain)
    msoffcrypto.OfficeFile(plain).encrypt(PASSWORD, sealed)
    return sealed.getvalue()


def test_a_sealed_workbook_is_read_with_its_password(sealed):
    document = read_bytes("流水.xlsx", sealed, password=PASSWORD)
    assert isinstance(document, Document)
    assert document.format == "xlsx"
    assert document.blocks[-1].text.endswith("项目\t金额\n贷款\t500")


@pytest.mark.parametrize("password", [None, "", "wrong"])
def test_a_sealed_workbook_asks_for_its_password(sealed, password):
    with pytest.raises(EncryptedDocument) as refused:
        read_bytes("流水.xlsx", sealed, password=password)
    plain = read_refusal(None, sealed)
    assert (refused.value.message == plain) is (password != "wrong")


def test_a_workbook_sealed_for_everybody_needs_no_password():
    msoffcrypto = pytest.importorskip("msoffcrypto")
    book = openpyxl.Workbook()
    book.active.append(["项目", "金额"])
    plain, shut = io.BytesIO(), io.BytesIO()
    book.save(plain)
    msoffcrypto.OfficeFile(plain).encrypt("VelvetSweatshop", shut)
    document = read_bytes("流水.xlsx", shut.getvalue())
    assert isinstance(document, Document)
    assert document.blocks[-1].text.endswith("项目\t金额")


def read_refusal(password: str | None, data: bytes) -> str:
    with pytest.raises(EncryptedDocument) as refused:
        read_bytes("流水.xlsx", data, password=password)
    return refused.value.message


def test_a_sealed_workbook_is_refused_where_nothing_can_open_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "msoffcrypto", None)
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(EncryptedDocument) as refused:
        read_bytes("流水.xlsx", data, password=PASSWORD)
    assert refused.value.hint


def test_a_broken_sealed_workbook_is_damaged(sealed):
    with pytest.raises(DamagedDocument):
        read_bytes("流水.xlsx", sealed[: len(sealed) // 2], password=PASSWORD)
