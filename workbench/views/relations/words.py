"""Relations in the words of the user's language."""

from collections.abc import Sequence

from workbench.i18n import in_terms, language, tr
from workbench.models.evidence import Claim, Status
from workbench.models.relations import Circle, Relation
from workbench.models.relations.relation import rules


def kind_name(kind: str) -> str:
    """What a kind is called."""
    return rules().names[kind][language()]


def worth_of(relation: Relation) -> str:
    """The office in the user's language, or the value as printed."""
    return in_terms(relation.title) if relation.title else relation.shown


def sentence_of(relation: Relation) -> str:
    """``甲公司 担保 乙公司（5,000万元）``."""
    worth = worth_of(relation)
    told = f"{relation.source} {kind_name(relation.kind)} {relation.target}"
    return tr("relations.worth", told=told, worth=worth) if worth else told


def claim_of(relation: Relation) -> Claim:
    """The relation as a claim, for the list of what proves it."""
    status = Status.TRACED if relation.citations else Status.UNPROVEN
    return Claim(sentence_of(relation), status, relation.citations)


def ring_of(circle: Circle) -> str:
    """``甲 → 乙 → 甲``."""
    return " → ".join((*circle.parties, circle.parties[0]))


def claim_of_ring(circle: Circle) -> Claim:
    """The ring as a claim with the proof of each of its ties."""
    cited = tuple(dict.fromkeys(c for relation in circle.relations for c in relation.citations))
    return Claim(ring_of(circle), Status.TRACED if cited else Status.UNPROVEN, cited)


def short(name: str, letters: int) -> str:
    """A name cut to so many letters."""
    return name if len(name) <= letters else f"{name[: letters - 1]}…"


def place_of(relation: Relation, names: Sequence[str]) -> str:
    """The first source, and how many more there are."""
    if not names:
        return ""
    more = len(relation.citations) - 1
    return tr("relations.more_sources", place=names[0], count=more) if more else names[0]
