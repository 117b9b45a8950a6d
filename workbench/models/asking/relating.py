"""Questions about who is bound to whom, answered by code from the relations of the case."""

from collections.abc import Sequence

from workbench.jobs import JobContext
from workbench.models.asking.inquiry import Inquiry
from workbench.models.asking.prompts import RelationPrompts
from workbench.models.asking.wording import pattern
from workbench.models.evidence import Claim, Status
from workbench.models.evidence.labels import same_organisation
from workbench.models.library import Library
from workbench.models.relations import Graph, Relation, Relations

_CIRCLES = pattern("relating", "circles")
_ASKED = {kind: pattern("relating", kind) for kind in ("guarantee", "holding", "parent", "control", "loan", "role")}
_MOST = 24


class Relating:
    """Answers in claims; the sentence of each relation, and the ring where circles are asked for."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._relations = Relations(library)

    def graph(self, case_id: str, job: JobContext) -> Graph:
        """All relations of a case. Raises LibraryError, Cancelled."""
        return Graph(self._relations.of(case_id, job))

    def answer(
        self,
        cases: Sequence[str],
        inquiry: Inquiry,
        words: RelationPrompts,
        job: JobContext,
        within: frozenset[str] | None = None,
    ) -> tuple[Claim, ...]:
        """Claims with citations; none where the question is about no relation or nothing is known of it.

        ``within`` leaves out what only other documents tell.
        """
        circles = bool(_CIRCLES.search(inquiry.question))
        kinds = [kind for kind, asked in _ASKED.items() if asked.search(inquiry.question)]
        if not kinds and not circles:
            return ()
        known = [relation for case in cases for relation in self._relations.of(case, job)]
        graph = Graph(r for r in known if within is None or any(c.document in within for c in r.citations))
        told = [r for r in graph.relations if r.kind in kinds and _concerns(r, inquiry.subjects)][:_MOST]
        claims = tuple(_claim(r, words, disputed=_disputed(r, told)) for r in told)
        return claims + (_rings(graph, words) if circles else ())


def _concerns(relation: Relation, subjects: Sequence[str]) -> bool:
    ends = (relation.source, relation.target)
    return not subjects or any(same_organisation(subject, end) for subject in subjects for end in ends)


def _disputed(relation: Relation, told: Sequence[Relation]) -> bool:
    """Whether another document gives another amount for the same."""
    documents = {c.document for c in relation.citations}
    return bool(relation.shown) and any(
        (other.kind, other.source, other.target) == (relation.kind, relation.source, relation.target)
        and other.shown not in ("", relation.shown)
        and not documents & {c.document for c in other.citations}
        for other in told
    )


def _claim(relation: Relation, words: RelationPrompts, *, disputed: bool = False) -> Claim:
    worth = words.worth.format(value=relation.shown) if relation.shown else ""
    template = words.kinds[relation.kind]
    text = template.format(source=relation.source, target=relation.target, title=relation.title, worth=worth)
    proven = Status.CONFLICT if disputed else Status.TRACED
    return Claim(text, proven if relation.citations else Status.UNPROVEN, relation.citations)


def _rings(graph: Graph, words: RelationPrompts) -> tuple[Claim, ...]:
    """Each ring as a claim; where there is none, that none was found among so many guarantees."""
    claims = []
    for circle in graph.circles():
        ring = " → ".join((*circle.parties, circle.parties[0]))
        cited = tuple(dict.fromkeys(c for r in circle.relations for c in r.citations))
        claims.append(Claim(words.circle.format(ring=ring), Status.TRACED, cited))
    if claims:
        return tuple(claims)
    known = [r for r in graph.relations if r.kind == "guarantee"]
    if not known:
        return ()
    cited = tuple(dict.fromkeys(c for r in known for c in r.citations))[:_MOST]
    # One guarantee told with two amounts is one.
    count = len({(r.source, r.target) for r in known})
    return (Claim(words.no_circle.format(count=count), Status.TRACED, cited),)
