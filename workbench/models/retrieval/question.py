"""A question as the search sees it: its matter, its terms and how much each counts."""

import re
from dataclasses import dataclass
from functools import cache, cached_property

from workbench.models.evidence.terms import fold, terms
from workbench.paths import resources

EXPANDED = 0.5
"""What a term of the glossary counts beside one of the question's own."""
_LETTERS = re.compile(r"[\u3400-\u9fff]|[a-z0-9]+")
_ACCOUNT = re.compile(
    r"如何|怎样|怎么|为什么|总结|概括|分析|说明|介绍|措施|影响|哪些|比较|对比|结合"
    r"|\b(?:how|why|summari\w+|describe|explain|compare|what measures)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Reading:
    """A question, the words it may also be written as, and the names of whom it is about."""

    question: str
    expanded: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()

    @cached_property
    def core(self) -> str:
        """The question without the words that only ask."""
        return _asking().sub(" ", fold(self.question))

    @cached_property
    def matter(self) -> str:
        """The core without the names of whom it is about: what a sentence must speak of."""
        plain = fold(self.question)
        for name in self.subjects:
            plain = plain.replace(fold(name), " ")
        return _asking().sub(" ", plain)

    @cached_property
    def own(self) -> tuple[str, ...]:
        """The question's terms, each once."""
        return tuple(dict.fromkeys(terms(self.question)))

    @cached_property
    def added(self) -> tuple[str, ...]:
        """Terms of what the question may also be written as, not its own."""
        return tuple(t for t in dict.fromkeys(t for word in self.expanded for t in terms(word)) if t not in self.own)

    @cached_property
    def weights(self) -> dict[str, float]:
        """How much each term counts; terms of the asking words alone count nothing."""
        core = terms(self.core)
        return dict.fromkeys(core or self.own, 1.0) | {t: EXPANDED for t in self.added if t not in core}

    @cached_property
    def sought(self) -> tuple[str, ...]:
        """Terms of the matter, for single sentences."""
        return tuple(dict.fromkeys(terms(self.matter) or self.own)) + self.added

    @cached_property
    def letters(self) -> frozenset[str]:
        """Single characters and words of the matter."""
        return letters(self.matter) or letters(self.core)

    @property
    def wants_account(self) -> bool:
        """Whether a stretch of text is asked for rather than one fact."""
        return wants_account(self.question)

    def worded(self) -> str:
        """The question with the other words it may be written in: for the embedding model."""
        return f"{self.question} {' '.join(self.expanded)}" if self.expanded else self.question


def wants_account(question: str) -> bool:
    """Whether a question asks for a stretch of text rather than one fact."""
    return bool(_ACCOUNT.search(question))


def letters(text: str) -> frozenset[str]:
    """Single Chinese characters, and words of other scripts, of a folded text."""
    return frozenset(_LETTERS.findall(text))


@cache
def _asking() -> "re.Pattern[str]":
    lines = (resources() / "retrieval" / "asking.txt").read_text(encoding="utf-8").split("\n")
    words = sorted((line.strip() for line in lines if line.strip() and not line.startswith("#")), key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)))
