"""A question becomes a cited answer: evidence first, then words, each sentence verified by code."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from workbench.errors import EngineError, WorkbenchError
from workbench.i18n import tr
from workbench.inference.api import ChatModel, ChatRequest, Engine, LoadState, Message, Role
from workbench.jobs import JobContext, Priority
from workbench.models.asking.answer import Answer, Answered, Event, EvidenceFound, Outcome, Piece, SentenceChecked
from workbench.models.asking.confidence import confidence
from workbench.models.asking.conflicts import Side, find_conflict
from workbench.models.asking.figures import Figure, Figures
from workbench.models.asking.inquiry import Inquiry
from workbench.models.asking.material import Material, Quote
from workbench.models.asking.prompts import Prompts, language_of, prompts
from workbench.models.evidence import Claim, Status
from workbench.models.evidence.labels import same_organisation
from workbench.models.evidence.sentences import SentenceStream
from workbench.models.evidence.verify import verify_sentence
from workbench.models.library import Library
from workbench.models.retrieval import Hit, Retriever

_HITS = 10
_BUDGET = 1000
"""Tokens of material; on two cores a thousand take about twenty seconds to read."""
_FACT_BUDGET, _SUBJECT_BUDGET = 560, 280
_ANSWER_TOKENS = 320
_RELEVANT = 0.2
_STRONG = 0.85
_FELLOW = 0.75
_TO_THE_POINT = 0.6
"""Share of the question's matter in a half-proven sentence that makes it worth a person's look."""
_PROVEN = frozenset({Status.TRACED, Status.COMPUTED})


@dataclass
class _Run:
    """One question on its way."""

    case: str
    inquiry: Inquiry
    prompts: Prompts
    job: JobContext
    tell: Callable[[Event], None]
    begun: float = field(default_factory=time.perf_counter)
    ms_evidence: float = 0.0
    ms_first_token: float = 0.0

    @property
    def ms(self) -> float:
        return (time.perf_counter() - self.begun) * 1000


class Asker:
    """Asks a case. Works without a chat model too: then the documents' own words answer.

    ``budget`` gives the most tokens of material a prompt may hold, asked anew for each question.
    """

    def __init__(
        self, library: Library, retriever: Retriever, engine: Engine, *, budget: Callable[[], int] | None = None
    ) -> None:
        self._library = library
        self._retriever = retriever
        self._engine = engine
        self._budget = budget or (lambda: _BUDGET)
        self._figures = Figures(library)

    def ask(
        self,
        case_id: str,
        question: str,
        job: JobContext,
        on_event: Callable[[Event], None] | None = None,
        choices: dict[str, str] | None = None,
    ) -> Answer:
        """Answer from the case's documents; ``on_event`` hears of evidence, pieces and verified sentences.

        Raises LibraryError for an unknown case, WorkbenchError for an
        empty question, Cancelled.
        """
        if not question.strip():
            raise WorkbenchError(tr("asking.empty"))
        language = language_of(question)
        run = _Run(case_id, Inquiry(question.strip()), prompts(language), job, on_event or (lambda _event: None))
        job.check()
        material = self._evidence(run)
        quotes = material.quotes()
        run.ms_evidence = run.ms
        run.tell(EvidenceFound(tuple(quote.claim for quote in quotes)))
        answer = self._answer(run, material, quotes, choices or {})
        answer = replace(
            answer,
            quotes=tuple(quote.claim for quote in quotes),
            ms_evidence=run.ms_evidence,
            ms_first_token=run.ms_first_token,
            ms_total=run.ms,
        )
        job.check()
        run.tell(Answered(answer))
        return answer

    def _evidence(self, run: _Run) -> Material:
        """Words and vectors; while the embedding model is loading, words show first evidence at once."""
        question = run.inquiry.question
        if self._engine.state().of(Role.EMBEDDING).state is LoadState.LOADING:
            early = self._retriever.search(run.case, question, k=_HITS, job=run.job, words_only=True)
            quotes = Material(self._library, run.inquiry, early).quotes()
            run.tell(EvidenceFound(tuple(quote.claim for quote in quotes)))
        hits: Sequence[Hit] = self._retriever.search(run.case, question, k=_HITS, job=run.job)
        return Material(self._library, run.inquiry, hits)

    def _answer(self, run: _Run, material: Material, quotes: Sequence[Quote], choices: dict[str, str]) -> Answer:
        if not _relevant(run.inquiry, material):
            return _not_found(run, quotes)
        documents = [hit.chunk.document for hit in material.hits]
        figures = () if choices else self._figures.asked(run.case, run.inquiry, documents, run.prompts, run.job)
        if figures:
            return _in_figures(run, figures)
        try:
            chat = self._engine.chat()
            if choices:
                return self._choose(run, material, quotes, choices, chat)
            claims = self._generate(run, material, chat)
        except EngineError as error:
            note = f"{tr('asking.no_model')} {error.message}".strip()
            if choices:
                return _nearest_choice(run, material, quotes, choices, note)
            answer = _quoted(run, quotes, note)
        else:
            answer = _settle(run, claims, quotes)
        conflict = find_conflict(run.inquiry, material.sources)
        return self._conflicting(run, answer, conflict) if conflict else answer

    def _generate(self, run: _Run, material: Material, chat: ChatModel) -> tuple[Claim, ...]:
        request = self._request(run, material, chat, template=run.prompts.material, max_tokens=_ANSWER_TOKENS)
        stream = SentenceStream()
        claims: list[Claim] = []
        for piece in chat.chat(request, run.job):
            run.ms_first_token = run.ms_first_token or run.ms
            run.tell(Piece(piece))
            for sentence in stream.feed(piece):
                if any(sentence == claim.text for claim in claims):
                    return tuple(claims)
                claims.append(self._check(run, sentence, material))
        claims += [self._check(run, sentence, material) for sentence in stream.rest()]
        return tuple(claims)

    def _check(self, run: _Run, sentence: str, material: Material) -> Claim:
        run.job.check()
        if run.prompts.declined(sentence):
            claim = Claim(sentence, Status.UNPROVEN)
        else:
            claim = verify_sentence(sentence, material.all_sources(), topic=run.inquiry.question)
        run.tell(SentenceChecked(claim))
        return claim

    def _request(
        self, run: _Run, material: Material, chat: ChatModel, *, template: str, options: str = "", max_tokens: int
    ) -> ChatRequest:
        room = chat.info.context - max_tokens - chat.count(run.prompts.system + run.inquiry.question + options) - 64
        packed = material.packed(run.prompts, chat.count, max(64, min(self._budget(), _needed(run.inquiry), room)))
        asked = template.format(material=packed, question=run.inquiry.question, options=options)
        messages = (Message("system", run.prompts.system), Message("user", asked))
        return ChatRequest(messages, max_tokens=max_tokens, temperature=0.0, priority=Priority.ASK)

    def _choose(
        self, run: _Run, material: Material, quotes: Sequence[Quote], choices: dict[str, str], chat: ChatModel
    ) -> Answer:
        options = "\n".join(f"{letter}. {text}" for letter, text in choices.items())
        grammar = "root ::= " + " | ".join(f'"{letter}"' for letter in choices)
        request = replace(
            self._request(run, material, chat, template=run.prompts.choices, options=options, max_tokens=4),
            grammar=grammar,
        )
        said = ""
        for piece in chat.chat(request, run.job):
            run.ms_first_token = run.ms_first_token or run.ms
            said += piece
        letter = next((key for key in choices if key == said.strip()), None)
        if letter is None:
            return _nearest_choice(run, material, quotes, choices, "")
        return _chosen(run, material, letter, choices)

    def _conflicting(self, run: _Run, answer: Answer, sides: tuple[Side, Side]) -> Answer:
        """Both sides shown, neither preferred."""
        claims: list[Claim] = []
        words: list[str] = []
        for side in sides:
            citation = side.source.cite(*side.label.sentence)
            if citation is None:
                return answer
            claims.append(Claim(citation.quote, Status.CONFLICT, (citation,)))
            title = self._library.document(side.source.document).title
            words.append(run.prompts.conflict_side.format(document=title, quote=citation.quote))
        text = run.prompts.conflicting.format(sides="；".join(words))
        sure = min(0.3, confidence(answer.sentences, run.inquiry))
        shown = {c.text for c in claims}
        kept = tuple(c for c in answer.sentences if c.status in _PROVEN and c.text not in shown)
        return replace(answer, status=Outcome.CONFLICTING, text=text, confidence=sure, sentences=(*claims, *kept))


def _needed(inquiry: Inquiry) -> int:
    """Tokens of material a question needs: one figure or date little, a summary all there may be."""
    if not (inquiry.wants_amount or inquiry.wants_date):
        return _BUDGET
    return _FACT_BUDGET + _SUBJECT_BUDGET * max(0, len(inquiry.subjects) - 1)


def _relevant(inquiry: Inquiry, material: Material) -> bool:
    """Whether anything found bears on the question: its matter, and the organisation it names."""
    if not material.hits:
        return False
    best = max(inquiry.coverage(f"{source.context}\n{source.text}") for source in material.sources)
    named = inquiry.subjects
    known = [name for source in material.sources for name in source.names]
    of_them = not named or not known or any(same_organisation(a, b) for a in named for b in known)
    return best >= _RELEVANT and of_them


def _settle(run: _Run, claims: Sequence[Claim], quotes: Sequence[Quote]) -> Answer:
    """From verified sentences to an outcome; see the module's tests for every case."""
    said = [claim for claim in claims if not run.prompts.declined(claim.text)]
    proven = [claim for claim in said if claim.status in _PROVEN]
    on_point = any(run.inquiry.answered_in_kind(claim.text) for claim in proven)
    if proven and on_point:
        stated = [c for c in said if not c.text.endswith(("：", ":"))]
        share = sum(len(c.text) for c in proven) / max(1, sum(len(c.text) for c in stated))
        status = Outcome.ANSWERED if share >= 0.5 else Outcome.NEEDS_REVIEW
        return _said(run, status, claims if len(said) < len(claims) and share < 1 else said)
    clear = [quote for quote in quotes if run.inquiry.clearly_answered_by(quote.claim.text)]
    if clear:
        return _quoted(run, clear[:1] if run.inquiry.wants_thing else clear, tr("asking.quoted"))
    strong = bool(quotes) and quotes[0].score >= _STRONG
    if len(said) < len(claims) or run.inquiry.wants_amount or run.inquiry.wants_date or not said:
        return _not_found(run, quotes)
    if strong and (run.inquiry.wants_thing or not any(c.status is Status.PARTIAL for c in said)):
        return _quoted(run, quotes, tr("asking.quoted"))
    near = any(c.status is Status.PARTIAL and run.inquiry.coverage(c.text) >= _TO_THE_POINT for c in said)
    return _not_found(run, quotes) if run.inquiry.wants_thing and not near else _said(run, Outcome.NEEDS_REVIEW, said)


def _in_figures(run: _Run, figures: Sequence[Figure]) -> Answer:
    """Code read or computed what was asked; no model has a hand in it."""
    claims = tuple(figure.claim for figure in figures)
    for claim in claims:
        run.tell(SentenceChecked(claim))
    status = Outcome.CONFLICTING if any(figure.conflict for figure in figures) else Outcome.ANSWERED
    answer = _said(run, status, claims)
    noted = [figure.note for figure in figures if figure.conflict and figure.note]
    return replace(answer, origin="code", text="\n".join([answer.text, *noted]))


def _said(run: _Run, status: Outcome, claims: Sequence[Claim]) -> Answer:
    joint = "" if run.prompts is prompts("zh") else " "
    text = joint.join(claim.text for claim in claims)
    return Answer(run.inquiry.question, status, text, confidence(claims, run.inquiry), tuple(claims))


def _quoted(run: _Run, quotes: Sequence[Quote], note: str) -> Answer:
    """The documents' own words: the best quote and those nearly as good."""
    if not quotes or quotes[0].score < _RELEVANT:
        return _not_found(run, quotes)
    claims = tuple(q.claim for q in quotes if q.score >= _FELLOW * quotes[0].score)
    text = "\n".join(claim.text for claim in claims)
    sure = 0.5 * confidence(claims, run.inquiry)
    return Answer(run.inquiry.question, Outcome.ANSWERED, text, sure, claims, origin="documents", note=note)


def _not_found(run: _Run, quotes: Sequence[Quote]) -> Answer:
    nearest = min(1.0, max((quote.score for quote in quotes), default=0.0))
    return Answer(
        run.inquiry.question, Outcome.NOT_FOUND, run.prompts.not_found, 1.0 - 0.5 * nearest, (), origin="code"
    )


def _chosen(
    run: _Run, material: Material, letter: str, choices: dict[str, str], *, origin: str = "model", note: str = ""
) -> Answer:
    claim = verify_sentence(choices[letter], material.all_sources(), topic=run.inquiry.question)
    status = Outcome.ANSWERED if claim.citations else Outcome.NEEDS_REVIEW
    sure = confidence((claim,), run.inquiry)
    text = f"{letter}. {choices[letter]}"
    return Answer(run.inquiry.question, status, text, sure, (claim,), choice=letter, origin=origin, note=note)


def _nearest_choice(
    run: _Run, material: Material, quotes: Sequence[Quote], choices: dict[str, str], note: str
) -> Answer:
    """Without a model: the option the documents support best."""
    judged = {
        letter: confidence((verify_sentence(text, material.all_sources(), topic=run.inquiry.question),), Inquiry(text))
        for letter, text in choices.items()
    }
    best = max(judged, key=lambda letter: judged[letter])
    if judged[best] <= 0:
        return _not_found(run, quotes)
    return _chosen(run, material, best, choices, origin="documents", note=note)
