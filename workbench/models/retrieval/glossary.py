"""Words that are asked for in one form and written in another: 工行 and 中国工商银行, 欠条 and 借据.

Plain lines that a user can read and add to: ``short = long / other`` is a group whose members find each
other; ``said → written / written`` is asked for one way only. ``#`` begins a remark.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from typing import Self

from workbench.models.evidence.terms import fold
from workbench.models.library import Library
from workbench.paths import resources

NOTE_KIND = "glossary"
"""Under this kind a case keeps its own lines: ``{"lines": "工行 = 中国工商银行"}``, whatever the key."""
_FILES = ("names.txt", "terms.txt", "law.txt")
_MOST = 12
_LEAST = 2


@dataclass(frozen=True, slots=True)
class Glossary:
    """What else to look for when a question holds a word; ``entries`` from the folded word to the others."""

    entries: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def read(cls, lines: Iterable[str]) -> Self:
        """Read lines; those that are neither a group nor a way are passed over."""
        found: dict[str, list[str]] = {}
        for raw in lines:
            line = raw.partition("#")[0].strip()
            if "→" in line:
                said, _, written = line.partition("→")
                found.setdefault(fold(said.strip()), []).extend(_members(written))
            elif "=" in line:
                first, _, others = line.partition("=")
                group = [first.strip(), *_members(others)]
                for word in group:
                    found.setdefault(fold(word), []).extend(w for w in group if w != word)
        return cls(
            {word: tuple(dict.fromkeys(others)) for word, others in found.items() if len(word) >= _LEAST or others}
        )

    def __or__(self, other: "Glossary") -> "Glossary":
        merged = {word: (*others, *self.entries.get(word, ())) for word, others in other.entries.items()}
        return Glossary({**self.entries, **merged})

    def expand(self, question: str) -> tuple[str, ...]:
        """What a question may be written as, not what it says already; the longest word said counts."""
        said = fold(question)
        inside = [word for word in self.entries if word in said]
        longest = [word for word in inside if not any(word != other and word in other for other in inside)]
        longest.sort(key=said.index)
        found = [written for word in longest for written in self.entries[word] if fold(written) not in said]
        return tuple(dict.fromkeys(found))[:_MOST]


def _members(words: str) -> list[str]:
    return [word.strip() for word in words.split(" / ") if word.strip()]


@cache
def bundled() -> Glossary:
    """The glossary that comes with the program."""
    folder = resources() / "retrieval"
    return Glossary.read(line for name in _FILES for line in (folder / name).read_text(encoding="utf-8").splitlines())


def glossary_of(library: Library, *cases: str) -> Glossary:
    """The bundled glossary with the lines the cases keep of their own; these come first."""
    notes = [note for case in cases for note in library.notes(case, NOTE_KIND).values()]
    own = [line for note in notes for line in str(note.get("lines", "")).splitlines()]
    return bundled() | Glossary.read(own) if own else bundled()
