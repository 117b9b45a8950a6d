"""What a search is kept to: some documents, formats, companies, dates, norms in force."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.utils import parsedate

from workbench.models.library import StoredDocument
from workbench.models.retrieval.statutes import Norm, norms


@dataclass(frozen=True, slots=True)
class Filters:
    """All that is given must hold; what is empty keeps nothing out.

    ``documents`` are ids, ``formats`` as of :class:`StoredDocument` ("pdf"), ``companies`` parts of the property
    ``company`` or of the title. ``since`` and ``until`` (ISO 8601, both included) hold against the property
    ``date``; a document without one is left out. ``in_force`` keeps norms that hold on ``on`` (or, if false,
    only those that do not); documents that are no norms stay. ``cases`` are ids of further cases to look in.
    """

    documents: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    in_force: bool | None = None
    on: str = ""
    cases: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.narrow or self.cases)

    @property
    def narrow(self) -> bool:
        """Whether anything is kept out."""
        return bool(
            self.documents or self.formats or self.companies or self.since or self.until or self.in_force is not None
        )

    def keep(self, documents: Sequence[StoredDocument], today: str) -> tuple[str, ...]:
        """The ids of those that pass."""
        rules = norms((d.id, d.properties) for d in documents) if self.in_force is not None else {}
        return tuple(d.id for d in documents if self._passes(d) and self._holds(rules.get(d.id), self.on or today))

    def _passes(self, document: StoredDocument) -> bool:
        dated = _day(document.properties.get("date", ""))
        return (
            (not self.documents or document.id in self.documents or document.properties.get("id") in self.documents)
            and (not self.formats or document.format in self.formats)
            and (not self.companies or _any_in(self.companies, _about(document)))
            and (not self.since or self.since <= dated)
            and (not self.until or "" < dated <= self.until)
        )

    def _holds(self, norm: Norm | None, on: str) -> bool:
        return self.in_force is None or norm is None or norm.in_force(on) is self.in_force


def _day(written: str) -> str:
    """A date as ISO 8601; that of a mail is written otherwise."""
    if not written or written[:4].isdecimal():
        return written[:10]
    found = parsedate(written)
    return f"{found[0]:04d}-{found[1]:02d}-{found[2]:02d}" if found else ""


def _about(document: StoredDocument) -> str:
    return f"{document.properties.get('company', '')}\n{document.title}"


def _any_in(words: Iterable[str], text: str) -> bool:
    return any(word in text for word in words)
