"""What a mutation changed: every pane refreshes itself from this value."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Changes:
    """Ids of the cases and documents touched."""

    cases: frozenset[str] = frozenset()
    documents: frozenset[str] = frozenset()

    def __or__(self, other: "Changes") -> "Changes":
        return Changes(self.cases | other.cases, self.documents | other.documents)

    def __bool__(self) -> bool:
        return bool(self.cases or self.documents)
