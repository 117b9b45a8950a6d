"""What a search finds."""

from dataclasses import dataclass
from typing import Any

from workbench.models.evidence import Anchor
from workbench.models.library import StoredChunk, StoredDocument
from workbench.models.retrieval.statutes import Norm


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk found, or a passage of it, with the document it is of. ``score`` compares within one search only.

    ``text`` stands verbatim in ``chunk.text``. ``also`` are documents that say nearly the same, left out;
    ``versions`` documents with the same article in another version; ``in_force`` None where the document is
    no norm; ``norm`` and ``other_norms`` what is known of it and of those versions.
    """

    chunk: StoredChunk
    document: StoredDocument
    score: float
    text: str
    anchor: Anchor
    also: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    in_force: bool | None = None
    norm: Norm | None = None
    other_norms: tuple[Norm, ...] = ()

    @property
    def outer_id(self) -> str:
        """The id a record of a ``.jsonl`` came with, else the document's own."""
        return self.document.properties.get("id") or self.document.id

    def to_json(self) -> dict[str, Any]:
        """The contract's ``{document, score, text, anchor}`` with the context line; the rest where there is any."""
        shape: dict[str, Any] = {
            "document": self.document.id,
            "score": round(self.score, 4),
            "text": self.text,
            "anchor": self.anchor.to_json(),
        }
        more = {"also": list(self.also), "versions": list(self.versions), "in_force": self.in_force}
        return shape | {key: value for key, value in more.items() if value not in ([], None)}
