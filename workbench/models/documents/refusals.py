"""The refusals every reader shares, in the user's words."""

from workbench.errors import (
    DamagedDocument,
    DocumentTooLarge,
    DocumentWithoutText,
    EncryptedDocument,
    UnsupportedDocument,
)
from workbench.i18n import tr


def damaged(detail: str = "") -> DamagedDocument:
    """The file's content is broken."""
    return DamagedDocument(tr("documents.damaged"), tr("documents.damaged.hint"), detail)


def misnamed(suffix: str, detail: str) -> DamagedDocument:
    """The content is not what the name says (``.pdf``), nor anything else that can be read."""
    return DamagedDocument(tr("documents.misnamed", suffix=suffix), tr("documents.misnamed.hint"), detail)


def unsafe(detail: str) -> DamagedDocument:
    """The file holds what no office program writes and harmful files do; it should not be opened elsewhere either."""
    return DamagedDocument(tr("documents.unsafe"), tr("documents.unsafe.hint"), detail)


def empty() -> DamagedDocument:
    """The file holds no byte."""
    return DamagedDocument(tr("documents.empty"), tr("documents.empty.hint"))


def without_text(pages: int = 0) -> DocumentWithoutText:
    """No words can be read: pictures of pages, or an empty document."""
    key = "documents.scanned" if pages else "documents.no_text"
    return DocumentWithoutText(tr(key, pages=pages), tr(f"{key}.hint"))


def encrypted(password_given: bool) -> EncryptedDocument:
    """A password is needed, or the given one is wrong."""
    key = "documents.wrong_password" if password_given else "documents.encrypted"
    return EncryptedDocument(tr(key), tr(f"{key}.hint"))


def sealed_office() -> EncryptedDocument:
    """An Office file with a password, which can't be opened even with it."""
    return EncryptedDocument(tr("documents.sealed_office"), tr("documents.sealed_office.hint"))


def sealed_old() -> EncryptedDocument:
    """A file of an old or open format with a password, which can't be opened here even with it."""
    return EncryptedDocument(tr("documents.sealed_old"), tr("documents.sealed_old.hint"))


def too_large(what: str, limit: str) -> DocumentTooLarge:
    """A limit was reached; ``what`` is a key's last part: ``file``, ``unpacked``, ``pages``, ``cells``…"""
    hint = "documents.too_large.picture.hint" if what == "picture" else "documents.too_large.hint"
    return DocumentTooLarge(tr(f"documents.too_large.{what}", limit=limit), tr(hint))


def unsupported(what: str, detail: str = "") -> UnsupportedDocument:
    """A format without a reader; ``what`` is a key's last part: ``doc``, ``image``, ``archive``…"""
    return UnsupportedDocument(tr(f"documents.unsupported.{what}"), tr(f"documents.unsupported.{what}.hint"), detail)
