"""Of a statute's versions the one in force on the asked day answers; that there are others is said."""

from collections.abc import Iterable, Sequence
from datetime import date

from workbench.i18n import tr
from workbench.models.asking.wording import pattern
from workbench.models.evidence import Claim
from workbench.models.retrieval import Hit
from workbench.models.retrieval.statutes import Norm, asked_date

_BOTH = pattern("versions", "both")
_MOST = 3


def asks_for_all(question: str) -> bool:
    """Whether a question is about more than what is in force: what was before, or what changed."""
    return bool(_BOTH.search(question))


class Versions:
    """The hits of a question parted into what answers and what ended before the asked day."""

    def __init__(self, question: str, hits: Sequence[Hit], today: date) -> None:
        self._on = asked_date(question, today)
        held = {hit.norm.law for hit in hits if hit.norm and hit.in_force}
        alone = not asks_for_all(question)
        ended = [h for h in hits if alone and h.norm and not h.in_force and h.norm.law in held]
        self._ended = tuple(ended)
        self.hits = tuple(hit for hit in hits if hit not in ended)

    def told(self, claims: Iterable[Claim]) -> str:
        """Which versions of the cited statutes there are besides, and which cited one has ended; else nothing."""
        cited = {citation.document for claim in claims for citation in claim.citations}
        said = [words for hit in self.hits if hit.chunk.document in cited and (words := self._words(hit))]
        return " ".join(dict.fromkeys(said))

    def _words(self, hit: Hit) -> str:
        norm = hit.norm
        if norm is None:
            return ""
        name = norm.law + _article(norm)
        if not hit.in_force and norm.begins <= self._on:
            return tr("asking.version_ended", name=name, ends=norm.ends or "—")
        others = [*hit.other_norms, *(h.norm for h in self._ended if h.norm and h.norm.law == norm.law)]
        if not others:
            return ""
        named = tr("asking.version_joint").join(self._named(other) for other in dict.fromkeys(others[:_MOST]))
        return tr("asking.version_used", name=name, begins=norm.begins or "—", others=named)

    def _named(self, norm: Norm) -> str:
        later = bool(norm.begins) and norm.begins > self._on
        state = "later" if later else "holds" if norm.in_force(self._on) else "over"
        return tr(f"asking.version_{state}", article=_article(norm), begins=norm.begins or "—")


def _article(norm: Norm) -> str:
    """第12条, where the document is one article; nothing for a whole statute."""
    return tr("asking.version_article", number=norm.article) if norm.article else ""
