"""Questions for one value, person, place or time: read by code, pointed at by the model where words are needed."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from workbench.errors import EngineError
from workbench.i18n import tr
from workbench.inference.api import ChatModel, ChatRequest, Engine, Message
from workbench.jobs import Priority
from workbench.models.asking import outcomes
from workbench.models.asking.answer import Answer, Outcome, SentenceChecked
from workbench.models.asking.answer_part import asked_part
from workbench.models.asking.comparing import asked_comparison, compare
from workbench.models.asking.material import Quote
from workbench.models.asking.points import (
    FAINT,
    SURE,
    Passage,
    Point,
    Reader,
    Verdict,
    Wanted,
    asked_noun,
    parts_of,
    passages_of,
    wanted,
)
from workbench.models.asking.prompts import PointPrompts
from workbench.models.asking.run import Run
from workbench.models.asking.wording import pattern
from workbench.models.evidence import Claim, Computation, Status
from workbench.models.evidence.aligning import content
from workbench.models.evidence.numbers import find_numbers, folded
from workbench.models.evidence.verify import Source, verify_sentence

_VALUE_TOKENS = 40
_LONGEST_VALUE = 60
_UNIT_ROOM = 8
"""Characters a unit may take after a number; a longer answer is a sentence around it."""
_POSTS = pattern("particulars", "posts")
_SAID_MORE = re.compile(r"[\u3400-\u9fffA-Za-z]{2,}")
_ENDS = " \n。.；;，,：:“”\"'"

Sources = Iterable[Source]


class Particulars:
    """Answers such questions; the engine is asked only where a sentence has to be understood."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def answer(self, run: Run, sources: Sources, search: Callable[[str], Sources]) -> Answer | None:
        """The answer, or None where the question asks for no particular thing, or for one nobody could point at.

        ``search`` finds sources for a question about one of several organisations.
        """
        words = run.prompts.points
        kind = wanted(run.inquiry)
        if words is None or kind is None:
            return None
        points = tuple(self._read(run, words, kind, sources, search))
        if all(point.verdict is Verdict.ABSENT for point in points):
            # Where no noun is named, a person or place may be told in words the question does not use.
            told_otherwise = (
                kind is Wanted.THING
                and not run.ms_first_token
                and not asked_noun(run.inquiry.question)
                and any(point.share >= FAINT for point in points)
            )
            return None if told_otherwise else outcomes.not_found(run, ())
        if any(point.verdict is Verdict.OPEN for point in points):
            return None if not run.ms_first_token else _shown(run, points)
        claims = _claims(run, words, points)
        for claim in claims:
            run.tell(SentenceChecked(claim))
        origin = "model" if run.ms_first_token else "code"
        return replace(outcomes.said(run, Outcome.ANSWERED, claims), origin=origin)

    def _read(
        self, run: Run, words: PointPrompts, kind: Wanted, sources: Sources, search: Callable[[str], Sources]
    ) -> Iterable[Point]:
        parts = parts_of(run.inquiry)
        passages = passages_of(sources)
        for part in parts:
            run.job.check()
            point = Reader(run.inquiry, kind, part, passages).read()
            if point.verdict is not Verdict.FOUND and len(parts) > 1:
                others = [p.subject for p in parts if p.subject != part.subject]
                own = run.inquiry.without(others)
                found = Reader(run.inquiry, kind, part, passages_of(search(own))).read()
                point = found if found.share >= point.share else point
            yield self._understood(run, words, kind, point) if point.verdict is Verdict.OPEN else point

    def _understood(self, run: Run, words: PointPrompts, kind: Wanted, point: Point) -> Point:
        """An open point closed by the model's short answer, as long as a sentence holds it word for word."""
        try:
            said = self._ask(run, words, point, self._engine.chat())
        except EngineError:
            return point
        if not said or run.prompts.declined(said) or _echoes(said, run.inquiry.question):
            return replace(point, verdict=Verdict.ABSENT)
        said = asked_part(said, run.inquiry.question) if kind is Wanted.THING else said
        number = next((n for n in find_numbers(said) if (n.kind == "date") == (kind is Wanted.DATE)), None)
        if kind is not Wanted.THING:
            if number is None:
                return replace(point, verdict=Verdict.ABSENT)
            said = number.text if len(said) > len(number.text) + _UNIT_ROOM else said
        holding = next((p for p in point.passages if _holds(p, said)), None)
        if holding is not None:
            other = kind is Wanted.THING and (
                _of_another_kind(holding, said, point, run.inquiry.question) or _posts_only(said, run.inquiry.question)
            )
            found = replace(point, verdict=Verdict.FOUND, passages=(holding,), value=said, number=number)
            return point if other else found
        sources = tuple(dict.fromkeys(p.source for p in point.passages))
        claim = verify_sentence(said, sources, topic=run.inquiry.question)
        if claim.status not in outcomes.PROVEN or (kind is Wanted.THING and _from_elsewhere(claim, point)):
            return point
        return replace(point, verdict=Verdict.FOUND, value=said, number=number, proof=claim.citations)

    def _ask(self, run: Run, words: PointPrompts, point: Point, chat: ChatModel) -> str:
        shown = dict.fromkeys(_in_context(p) for p in point.passages)
        question = words.of.format(subject=point.part.subject, question=run.inquiry.question)
        asked = words.ask.format(
            material="\n\n".join(shown), question=question if len(run.inquiry.subjects) > 1 else run.inquiry.question
        )
        messages = (Message("system", run.prompts.system), Message("user", asked))
        request = ChatRequest(messages, max_tokens=_VALUE_TOKENS, temperature=0.0, priority=Priority.ASK)
        said = ""
        for piece in chat.chat(request, run.job):
            run.ms_first_token = run.ms_first_token or run.ms
            said += piece
            if "\n" in said.strip() or len(said) > _LONGEST_VALUE:
                break
        run.request, run.raw = request, said
        return said.strip().split("\n")[0].strip(_ENDS)


def _claims(run: Run, words: PointPrompts, points: tuple[Point, ...]) -> tuple[Claim, ...]:
    compared = compare(run.inquiry.question, points)
    told = tuple(_claim(words, point, alone=len(points) == 1) for point in points)
    if compared is None:
        found = all(point.verdict is Verdict.FOUND for point in points)
        note = words.incomparable if found and asked_comparison(run.inquiry.question) else ""
        return (*told, Claim(note, Status.UNPROVEN)) if note else told
    first, second = compared.first, compared.second
    template = words.equal if compared.equal else words.compared
    text = template.format(
        first=first.part.subject,
        what=compared.what,
        how=compared.how,
        a=first.value,
        second=second.part.subject,
        b=second.value,
    )
    cited = tuple(c for claim in told for c in claim.citations)
    sign = "=" if compared.equal else words.signs[compared.how[-1] in words.less]
    return (Claim(text, Status.COMPUTED, cited, Computation(f"{first.value} {sign} {second.value}", cited)),)


def _claim(words: PointPrompts, point: Point, *, alone: bool) -> Claim:
    if point.verdict is not Verdict.FOUND:
        return Claim(words.missing.format(subject=point.part.subject), Status.UNPROVEN)
    text = words.value.format(value=point.value)
    text = text if alone else words.of_subject.format(subject=point.part.subject, value=point.value)
    cited = point.proof or tuple(c for c in (point.passages[0].source.cite(*point.passages[0].span),) if c)
    return Claim(text, Status.TRACED if cited else Status.UNPROVEN, cited)


def _shown(run: Run, points: tuple[Point, ...]) -> Answer:
    """The sentences that may hold what the model did not point at, where they are clearly about it."""
    quotes = []
    for point in points:
        passage = next(iter(point.passages), None)
        citation = passage.source.cite(*passage.span) if passage and point.share >= SURE else None
        if passage and citation:
            quotes.append(Quote(Claim(citation.quote, Status.TRACED, (citation,)), point.share, passage.source))
    return outcomes.quoted(run, quotes, tr("asking.quoted")) if quotes else outcomes.not_found(run, ())


def _in_context(passage: Passage) -> str:
    """A sentence with the one before it, for a reader who has to know what 这 means."""
    start = passage.before[-1][0] if passage.before else passage.span[0]
    return passage.source.text[start : passage.span[1]]


def _holds(passage: Passage, said: str) -> bool:
    return _plain(said) in _plain(passage.text)


def _of_another_kind(holding: Passage, said: str, point: Point, question: str) -> bool:
    """Whether a sentence without the noun asked after (决议 of 什么决议) is pointed at though others have it."""
    noun = asked_noun(question)
    return bool(noun) and noun not in holding.text + said and any(noun in p.text for p in point.passages)


def _from_elsewhere(claim: Claim, point: Point) -> bool:
    """Whether what was pointed at is told by none of the sentences that may answer."""
    return not any(c.quote in p.text or p.text in c.quote for c in claim.citations for p in point.passages)


def _posts_only(said: str, question: str) -> bool:
    """Whether a post is named where a person is asked for: 本公司董事、副总经理 to 谁."""
    return "谁" in question and not _SAID_MORE.search(_POSTS.sub("", said))


def _plain(text: str) -> str:
    return "".join(c for c in folded(text) if not c.isspace() and c not in "“”\"'《》")


def _echoes(said: str, question: str) -> bool:
    """Whether an answer only repeats the question: 国际环境组织 to 哪家国际环境组织."""
    return not find_numbers(said) and bool(content(said)) and content(said) <= content(question)
