"""Mails of Outlook (MSG): the same as other mails, taken from the properties of a compound file.

A mail attached to a mail is no file there but a storage of its own; it is written out as EML, so that
it becomes a document of its own like any other attachment.
"""

import dataclasses
import email.policy
import io
from email.message import EmailMessage
from typing import Any

from workbench.jobs import JobContext
from workbench.models.documents.document import Document
from workbench.models.documents.inside import PICTURES, is_paper
from workbench.models.documents.limits import LIMITS, ReadLimits
from workbench.models.documents.mail import FAULTS, Parts, mail_document
from workbench.models.documents.refusals import damaged
from workbench.models.documents.text import blocks_of_part
from workbench.models.documents.web import html_text

_HTML, _CODEPAGE, _KIND, _SHORT_NAME, _NAME = 0x1013, 0x3FDE, 0x0C15, 0x3704, 0x3001
_CONTENT_ID = 0x3712
_COPY = 2
_EMBEDDED = "__substg1.0_3701000D"
_PROPERTIES = "__properties_version1.0"
_INNER_HEAD, _OUTER_HEAD = 24, 32
"""Bytes before the properties of a mail within a mail, and of one that is a file (MS-OXMSG 2.4.1)."""


def read_outlook(content: bytes, title: str, *, job: JobContext, limits: ReadLimits = LIMITS) -> Document:
    """A mail. Raises DamagedDocument, DocumentTooLarge, DocumentWithoutText or Cancelled."""
    from oxmsg import Message  # noqa: PLC0415 - only where such a mail is read

    parts = Parts(job, limits)
    try:
        message = Message.load(io.BytesIO(content))
        fields = _fields(message)
        body = message.body or ""
        page = "" if body.strip() else _page(message)
        attached = [_file(attachment, limits.depth) for attachment in message.attachments]
    except FAULTS as error:
        raise damaged(str(error)) from error
    if body.strip():
        parts.blocks += blocks_of_part(body, "body")
    elif page:
        parts.take_page(page)
    for name, data in attached:
        if data is None:
            parts.broken.append(name or "?")
        elif data:
            parts.attach(name, data)
    return mail_document("msg", title, fields, parts)


def _fields(message: Any) -> dict[str, str]:
    headers = message.message_headers
    to: list[str] = []
    copies: list[str] = []
    for recipient in message.recipients:
        written = f"{recipient.name} <{recipient.email_address}>" if recipient.email_address else recipient.name
        (copies if recipient.properties.int_prop_value(_KIND) == _COPY else to).append(written)
    return {
        "from": message.sender or "",
        "to": ", ".join(to),
        "cc": ", ".join(copies) or str(headers.get("Cc", "")),
        "date": str(message.sent_date or headers.get("Date", "")),
        "subject": message.subject or "",
    }


def _page(message: Any) -> str:
    """The body as HTML, in the encoding it names or looks like."""
    stored = message.properties.binary_prop_value(_HTML)
    if not stored:
        return message.html_body or ""
    codepage = message.properties.int_prop_value(_CODEPAGE)
    known = {None: None, 65001: "utf-8", 936: "gb18030"}
    return html_text(stored, known.get(codepage, f"cp{codepage}")) or ""


def _file(attachment: Any, depth: int) -> tuple[str, bytes | None]:
    """Name and content of what is attached: None for what can't be taken out, nothing for a logo in the text."""
    text = attachment.properties.str_prop_value
    name = attachment.file_name or text(_SHORT_NAME) or text(_NAME) or ""
    if attachment.file_bytes is not None:
        shown_within = text(_CONTENT_ID) is not None and name.lower().endswith(PICTURES)
        return name, b"" if shown_within and not is_paper(attachment.file_bytes) else attachment.file_bytes
    inner = next((s for s in attachment._storage.storages if s.name == _EMBEDDED), None)
    if inner is None or depth <= 0 or not any(s.name == _PROPERTIES for s in inner.streams):
        return name, None
    mail = _inner(inner, depth)
    return f"{name or mail['Subject']}.eml", mail.as_bytes()


def _inner(storage: Any, depth: int) -> EmailMessage:
    """A mail within the mail as one of its own. What can't be taken out of it is left out."""
    from oxmsg import Message  # noqa: PLC0415

    gap = bytes(_OUTER_HEAD - _INNER_HEAD)
    streams = tuple(
        dataclasses.replace(s, bytes_=s.bytes_[:_INNER_HEAD] + gap + s.bytes_[_INNER_HEAD:])
        if s.name == _PROPERTIES
        else s
        for s in storage.streams
    )
    message = Message(dataclasses.replace(storage, streams=streams))
    mail = EmailMessage(policy=email.policy.SMTP)
    for name, value in _fields(message).items():
        if value.strip() and name != "date":
            mail[name.title()] = " ".join(value.split())
    if message.sent_date is not None:
        mail["Date"] = message.sent_date
    body = message.body or ""
    if body.strip():
        mail.set_content(body)
    else:
        mail.set_content(_page(message), subtype="html")
    for name, data in (_file(attachment, depth - 1) for attachment in message.attachments):
        if data:
            mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return mail
