"""What leads to what in a sentence: clauses cut at commas, linked by the words between and before them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from workbench.models.extracting.risk_rules import risk_rules

_CLAUSE = re.compile(r"[，,；;：:]")
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]|[“”\"]")
_MODAL = r"(?:很有可能|很可能|极有可能|可能|将会|将|会|或将|进一步|并|也|均|从而|进而|直接|间接|有可能|一定程度上|对)*"
_HIT = (
    r"对(?P<hit>[^，；对]{2,36}?)(?:将|会|可能|均|也|所)*(?:产生|造成|带来|构成|形成|具有)"
    r"(?:了|一定|较大|重大|的|程度|明显)*"
)
_NOT = re.compile(r"(?:不会|不致|未(?!来)|没有|并未|无法)\s*$|避免|防止|防范|化解|规避|以免|降低[^，]{0,6}风险")
_AFFECTED = re.compile(
    r"^(?P<left>.*?)受(?:到|制于)?(?P<cause>[^，；受]{2,40}?)(?:等)?(?:因素)?的?(?:不利|较大|综合)?影响(?:较大|较为明显|很大|明显|显著|较深)?(?P<rest>.*)$"
)
_NO_OBJECT = re.compile(r"^(?:较|不大|程度|因素|有限|很|等|的|和|及|或|期|，|趋势|力度)")
_MODIFIED = re.compile(r"(?:不利|负面|较大|重大|一定|的|受|受到|产生|有|无|等|潜在|主要)$")
_SHORTEST, _LONGEST = 3, 44
_STANDING = 3


@dataclass(frozen=True, slots=True)
class Step:
    """``cause`` leads to ``effect``, both as printed but for fillers; ``words`` link them."""

    cause: str
    effect: str
    words: str


@dataclass
class Train:
    """What was said last: what the next effect follows from, and what this followed from itself."""

    standing: list[str] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)
    collecting: bool = False


def steps_of(sentence: str, train: Train | None = None) -> tuple[Step, ...]:
    """The steps a sentence tells, in order; ``train`` is what the sentence before ended with, and is taken further."""
    train = train if train is not None else Train()
    rules = risk_rules()
    found: list[Step] = []
    clauses = [c.strip() for c in _CLAUSE.split(_BRACKETS.sub("", sentence))]
    begins = rules.effect.match(clauses[0]) if clauses else None
    if not begins:
        train.standing, train.parents, train.collecting = [], [], False
    for clause in clauses:
        if clause:
            found += _clause(clause.rstrip("。！？!?. "), train)
    return tuple(dict.fromkeys(found))


def cleaned(phrase: str) -> str:
    """A phrase without fillers before and behind it."""
    rules = risk_rules()
    words = "".join(phrase.split())
    while True:
        shorter = rules.tail.sub("", rules.lead.sub("", words))
        if shorter == words:
            return words
        words = shorter


def _clause(clause: str, train: Train) -> Iterator[Step]:
    rules = risk_rules()
    if rules.purpose.match(clause):
        return
    lead = rules.condition.match(clause) or rules.cause.match(clause)
    if lead:
        rest = clause[lead.end() :]
        affected = _AFFECTED.match(rest)
        parts = _parts(rest if affected is None or affected["left"] else affected["cause"])
        kept = train.standing if train.collecting else []
        train.standing, train.collecting = [], True
        yield from _chain(parts, train, linked=False)
        train.standing, train.parents, train.collecting = [*kept, *train.standing], [], True
        return
    affected = _AFFECTED.match(clause)
    if affected and not cleaned(affected["left"]):
        train.standing, train.parents, train.collecting = _fit([cleaned(affected["cause"])]), [], True
        clause = affected["rest"]
        if not clause:
            return
    effect = rules.effect.match(clause)
    more = rules.more.match(clause)
    if train.collecting and more:
        train.standing += _fit([cleaned(clause[more.end() :])])
        return
    body = clause[effect.end() :] if effect else clause
    yield from _chain(_parts(body), train, linked=bool(effect) or train.collecting)


def _chain(parts: Sequence[tuple[str, str]], train: Train, *, linked: bool) -> Iterator[Step]:
    """The phrases of a clause, each following from the one before; ``linked``: the first from what stands."""
    for number, (words, phrase) in enumerate(parts):
        if number == 0 and not words:
            if not _fit([phrase]):
                continue
            if linked and train.standing:
                yield from _effects(train, phrase, "")
            elif train.parents:
                yield from (Step(cause, phrase, "") for cause in train.parents)
                train.standing.append(phrase)
            else:
                context = [p for p in train.standing if risk_rules().adverse.search(p)]
                train.standing = [*context, phrase][-_STANDING:]
        elif _fit([phrase]):
            yield from _effects(train, phrase, words)
        linked, train.collecting = False, False


def _effects(train: Train, phrase: str, words: str) -> Iterator[Step]:
    yield from (Step(cause, phrase, words) for cause in train.standing if cause != phrase)
    if train.standing:
        train.parents = train.standing
    train.standing, train.collecting = [phrase], False


def _fit(phrases: Sequence[str]) -> list[str]:
    """Those that say something: neither too long, nor so short that only a concept tells what they mean."""
    concept = risk_rules().concept
    return [p for p in phrases if _SHORTEST <= len(p) <= _LONGEST or (len(p) > 1 and concept(p))]


def _parts(clause: str) -> list[tuple[str, str]]:
    """A clause cut at the words that link: ``(words before it, phrase)``, the first without words."""
    rules = risk_rules()
    affected = _AFFECTED.match(clause)
    if affected and cleaned(affected["left"]) and not affected["rest"]:
        hit = cleaned(affected["left"]) + rules.turning["影响"]
        return [("", cleaned(affected["cause"])), ("影响", hit)]
    found: list[tuple[str, str]] = []
    at, words = 0, ""
    for match in _links().finditer(clause):
        if match.start() < at or not _holds(clause, match):
            continue
        before = clause[at : match.start()]
        if _NOT.search(before):
            return [("", "")]
        phrase = cleaned(before)
        if phrase or not found:
            found.append((words, phrase))
        if match["hit"]:
            found.append((match["blow"], cleaned(match["hit"]) + rules.blow[match["blow"]]))
            words, at = match["blow"], match.end()
        elif match["verb"]:
            end = _object_end(clause, match.end())
            thing = cleaned(clause[match.end() : end])
            found.append(
                (
                    match["verb"],
                    thing + ("" if thing.endswith(rules.turning[match["verb"]]) else rules.turning[match["verb"]]),
                )
            )
            words, at = match["verb"], end
        else:
            words, at = match["between"], match.end()
    rest = cleaned(clause[at:])
    if rest or not found:
        found.append((words, rest))
    return [(w, p) for number, (w, p) in enumerate(found) if p or number == 0]


def _holds(clause: str, match: "re.Match[str]") -> bool:
    """Whether a word that turns something has something to turn, and is no noun itself (不利影响, 影响较小)."""
    if not match["verb"]:
        return True
    after = clause[match.end() :]
    before = clause[: match.start()]
    if match["verb"] in ("降低", "拉低") and risk_rules().good_to_lower.search(after):
        return False
    thing = cleaned(clause[match.end() : _object_end(clause, match.end())])
    return bool(thing) and not _NO_OBJECT.match(after) and not _MODIFIED.search(before)


def _object_end(clause: str, start: int) -> int:
    """Where the thing turned ends: at the next word that links, or with the clause."""
    later = next((m for m in _links().finditer(clause, start) if _holds(clause, m)), None)
    return later.start() if later else len(clause)


@cache
def _links() -> "re.Pattern[str]":
    rules = risk_rules()
    verbs = "|".join(sorted(rules.turning, key=len, reverse=True))
    blows = "|".join(sorted(rules.blow, key=len, reverse=True))
    return re.compile(
        rf"{_MODAL}(?P<between>{rules.between.pattern})(?:了|其)?|{_HIT}[^，；]{{0,6}}?(?P<blow>{blows})"
        rf"|{_MODAL}(?P<verb>{verbs})(?:了|到|其)?"
    )
