"""Mails (EML) and archived pages (MHTML): fields and text; what is attached becomes attachments.

Anchors: part ``head`` for the fields, ``body`` for the text, lines from 1. Of the pictures shown within
the text of a mail those as large as a paper (pasted screenshots) are attached, signs and logos left out.
"""

import email
import email.policy
import re
from collections.abc import Iterable, Iterator
from email.errors import MessageError
from email.message import EmailMessage, Message
from pathlib import PurePath

from workbench.i18n import tr
from workbench.jobs import JobContext
from workbench.models.documents.document import Attachment, Block, BlockKind, Document, Run, TextPlace
from workbench.models.documents.inside import HARDLY, Inside, is_paper, papers_of
from workbench.models.documents.limits import LIMITS, ReadLimits
from workbench.models.documents.refusals import damaged, too_large, without_text
from workbench.models.documents.text import blocks_of_part, decoded
from workbench.models.documents.web import blocks_of_html, html_text, lifted, parsed_html, pictures_of

_FIELDS = (("from", "From"), ("to", "To"), ("cc", "Cc"), ("date", "Date"), ("subject", "Subject"))
_MAX_PARTS = 2_000
_MAX_LINE = 1_000
FAULTS = (MessageError, ValueError, LookupError, TypeError, AttributeError, IndexError, KeyError, OSError)
"""What the libraries for mails raise over a broken one."""


def read_mail(content: bytes, title: str, *, job: JobContext, limits: ReadLimits = LIMITS) -> Document:
    """A mail. Raises DamagedDocument, DocumentTooLarge, DocumentWithoutText or Cancelled."""
    message = _message(content)
    fields = {ours: _field(message, name) for ours, name in _FIELDS}
    parts = Parts(job, limits)
    parts.take(message)
    return mail_document("eml", title, fields, parts)


def read_web_archive(content: bytes, title: str, *, job: JobContext, limits: ReadLimits = LIMITS) -> Document:
    """A page with what belongs to it in one file (MHTML): the page and the papers among its pictures.

    Raises DamagedDocument, DocumentTooLarge, DocumentWithoutText or Cancelled.
    """
    message = _message(content)
    parts = Parts(job, limits, archived=True)
    parts.take(message)
    if not parts.blocks and not parts.attached:
        raise without_text()
    name = _field(message, "Subject")
    return Document(
        name or title,
        "mhtml",
        tuple(parts.blocks),
        attachments=tuple(parts.attached),
        partial=bool(parts.notes),
        notes=parts.notes,
    )


def _message(content: bytes) -> EmailMessage:
    try:
        found = email.message_from_bytes(content, policy=email.policy.default)
    except FAULTS as error:
        raise damaged(str(error)) from error
    if not isinstance(found, EmailMessage):
        raise damaged("no mail")
    return found


def mail_document(kind: str, title: str, fields: dict[str, str], parts: "Parts") -> Document:
    """A mail's fields, words and attachments as a document. Raises DocumentWithoutText."""
    known = {name: " ".join(value.split())[:_MAX_LINE] for name, value in fields.items() if value.strip()}
    head = []
    for line, (name, value) in enumerate(known.items(), 1):
        lead = tr(f"documents.mail_{name}")
        run = Run(len(lead), len(lead) + len(value), TextPlace(line, 0, "head"))
        head.append(Block(BlockKind.PARAGRAPH, lead + value, (run,)))
    if not head and not parts.blocks and not parts.attached:
        raise without_text()
    subject = known.pop("subject", "")
    return Document(
        subject or title,
        kind,
        (*head, *parts.blocks),
        properties=known,
        attachments=tuple(parts.attached),
        partial=bool(parts.notes),
        notes=parts.notes,
    )


def _field(message: EmailMessage, name: str) -> str:
    """A field as written; bytes beyond ASCII that some programs leave raw are read as Chinese."""
    raw = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    if any("\udc80" <= c <= "\udcff" for c in raw):
        return decoded(raw.encode("utf-8", "surrogateescape")) or raw.encode("ascii", "replace").decode()
    try:
        return str(message.get(name, ""))
    except FAULTS:
        return ""


class Parts:
    """Text, attachments and broken parts of a message."""

    def __init__(self, job: JobContext, limits: ReadLimits, *, archived: bool = False) -> None:
        """``archived``: a page with what belongs to it, of which only papers among its pictures count."""
        self._archived = archived
        self.blocks: list[Block] = []
        self.attached: list[Attachment] = []
        self.broken: list[str] = []
        self._inside = Inside()
        self._job = job
        self._limits = limits
        self._left = limits.unpacked_size

    @property
    def notes(self) -> tuple[str, ...]:
        """What is to be said of parts that were not read."""
        broken = (tr("documents.parts_broken", parts=", ".join(self.broken)),) if self.broken else ()
        return (*broken, *self._inside.notes)

    def take(self, message: EmailMessage) -> None:
        """The text in its best form, and all that is attached."""
        leaves = list(_leaves(message))
        plain = [p for p in leaves if _is_text(p, "text/plain")]
        pages = [p for p in leaves if _is_text(p, "text/html")]
        shown = plain if any(_content(p).strip() for p in plain) and message.get_content_type() != _RELATED else pages
        for part in shown or plain:
            self._show(part)
        for part in pages if shown is plain else ():
            page, written = lifted(html_text(_content(part), part.get_content_charset()) or "")
            root = parsed_html(page) if written else None
            if root is not None:
                self._take_papers(pictures_of(root, written))
        for part in leaves:
            if part not in plain and part not in pages and (not self._archived or _is_attached(part)):
                self._attach(part)
        if self._archived:
            pictures = (p for p in leaves if p.get_content_maintype() == "image" and not _is_attached(p))
            self._take_papers((_place_name(p), _content(p)) for p in pictures)

    def take_page(self, page: str) -> None:
        """The text of an HTML body, and the papers written into it as pictures. Raises DocumentTooLarge."""
        page, written = lifted(page)
        root = parsed_html(page)
        if root is not None:
            line = 1 + sum(block.text.count("\n") + 1 for block in self.blocks)
            self.blocks += blocks_of_html(root, job=self._job, part="body", line=line)
            self._take_papers(pictures_of(root, written))

    def _take_papers(self, pictures: Iterable[tuple[str, bytes]]) -> None:
        """Pictures that are papers; in an archived page of hardly any words small ones too."""
        scanned = self._archived and sum(len(block.text) for block in self.blocks) < HARDLY
        found = papers_of(pictures, self._limits, scanned=scanned)
        self._inside.left += found.left
        for paper in found.attached:
            self.attach(paper.name, paper.content)

    def attach(self, name: str, data: bytes) -> None:
        """Note an attached file. Raises DocumentTooLarge."""
        self._left -= len(data)
        if self._left < 0:
            raise too_large("unpacked", f"{self._limits.unpacked_size >> 20} MB")
        if len(self.attached) >= self._limits.files:
            raise too_large("files", str(self._limits.files))
        plain = PurePath(name.replace("\\", "/")).name
        self.attached.append(Attachment(plain or tr("documents.attachment", number=len(self.attached) + 1), data))

    def _show(self, part: Message) -> None:
        self._job.check()
        charset = part.get_content_charset()
        data = _content(part)
        if part.get_content_type() == "text/html":
            self.take_page(html_text(data, charset) or "")
            return
        text = _text(data, charset)
        line = 1 + sum(block.text.count("\n") + 1 for block in self.blocks)
        self.blocks += blocks_of_part(text, "body", line)

    def _attach(self, part: Message) -> None:
        name = _file_name(part)
        kind = part.get_content_type()
        if kind == "message/rfc822":
            inner = part.get_payload()
            if isinstance(inner, list) and inner and isinstance(inner[0], Message):
                self.attach(name or f"{inner[0].get('Subject', '') or 'mail'}.eml", _as_bytes(inner[0]))
            return
        shown_within = part.get("Content-ID") is not None and part.get_content_disposition() != "attachment"
        pictured = part.get_content_maintype() == "image"
        if not pictured and (shown_within or (not name and part.get_content_maintype() == "multipart")):
            return
        data = _content(part)
        if pictured and (shown_within or not name) and not is_paper(data):
            return
        if data:
            self.attach(name, data)
        elif part.get_payload():
            self.broken.append(name or kind)


_RELATED = "multipart/related"


def _leaves(message: Message, depth: int = 0) -> Iterator[Message]:
    """The parts that hold something, a mail in the mail as one."""
    for number, part in enumerate(message.iter_parts() if isinstance(message, EmailMessage) else ()):
        if number > _MAX_PARTS or depth > 30:
            raise too_large("files", str(_MAX_PARTS))
        if part.get_content_maintype() == "multipart":
            yield from _leaves(part, depth + 1)
        else:
            yield part
    if not message.is_multipart():
        yield message


def _is_text(part: Message, kind: str) -> bool:
    return part.get_content_type() == kind and part.get_content_disposition() != "attachment"


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment"


def _place_name(part: Message) -> str:
    """The last word of where an archived page had a picture from; the file it names is this part."""
    place = str(part.get("Content-Location", "")).partition("?")[0].rstrip("/")
    return _file_name(part) or "".join(c for c in place.rpartition("/")[2] if c.isprintable())[:100]


def _content(part: Message) -> bytes:
    try:
        data = part.get_payload(decode=True)
    except FAULTS:
        return b""
    return data if isinstance(data, bytes) else b""


def _text(data: bytes, charset: str | None) -> str:
    wanted = "gb18030" if (charset or "").lower() in ("gb2312", "gbk") else charset
    for name in filter(None, (wanted,)):
        try:
            return data.decode(name)
        except (LookupError, ValueError):
            continue
    return decoded(data) or data.decode("gb18030", "replace")


def _file_name(part: Message) -> str:
    try:
        return re.sub(r"[\x00-\x1f]", "", part.get_filename() or "")
    except FAULTS:
        return ""


def _as_bytes(message: Message) -> bytes:
    try:
        return message.as_bytes()
    except FAULTS:
        return b""
