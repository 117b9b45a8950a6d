"""A question becomes a cited answer: evidence first, then words, each sentence verified by code."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from workbench.errors import EngineError, WorkbenchError
from workbench.i18n import LANGUAGES, language, tr
from workbench.inference.api import ChatModel, ChatRequest, Engine, LoadState, Message, Role
from workbench.jobs import JobContext, Priority
from workbench.models.asking import outcomes
from workbench.models.asking.agreement import Agreement, agreement, is_particular
from workbench.models.asking.answer import Answer, Answered, Event, EvidenceFound, Outcome, Piece, SentenceChecked
from workbench.models.asking.articles import article_asked
from workbench.models.asking.confidence import confidence
from workbench.models.asking.conflicts import Side, find_conflict
from workbench.models.asking.doubts import cut_off, doubted
from workbench.models.asking.figures import Figures, computed_choice
from workbench.models.asking.followup import standing_alone
from workbench.models.asking.inquiry import Inquiry
from workbench.models.asking.material import Material, Quote
from workbench.models.asking.particulars import Particulars
from workbench.models.asking.prompts import language_of, prompts
from workbench.models.asking.recommending import (
    Known,
    chosen_questions,
    counterpart,
    keep_questions,
    kept_questions,
    papers_of,
)
from workbench.models.asking.relating import Relating
from workbench.models.asking.run import Run
from workbench.models.asking.versions import Versions, asks_for_all
from workbench.models.evidence import Claim, Status
from workbench.models.evidence.labels import same_organisation
from workbench.models.evidence.sentences import SentenceStream
from workbench.models.evidence.verify import Source, verify_sentence
from workbench.models.library import Library
from workbench.models.retrieval import Hit, Retriever
from workbench.models.retrieval.filters import Filters
from workbench.models.retrieval.norms import today

_HITS = 10
_BUDGET = 1000
"""Tokens of material; on two cores a thousand take about twenty seconds to read."""
_FACT_BUDGET, _SUBJECT_BUDGET = 560, 280
_ANSWER_TOKENS = 320
_QUESTION_TOKENS = 120
_REMEMBERED = 3
"""Questions of the talk that a reader is shown to understand the next."""
_READ_FOR_LANGUAGE = 5
_READ_THROUGH = 30
"""Documents of a case that is read through for questions worth asking."""
_CHINESE_SHARE = 0.2
_SPOKEN = 0.5
"""A question of more Latin words than Chinese characters is an English one about a Chinese name."""


@dataclass(frozen=True, slots=True)
class Habits:
    """``samples``: how often a short answer is asked for again, to see whether it holds. ``review_below``:
    the confidence under which an answer needs review. ``thinking``: tokens a model may think aloud.
    """

    samples: int = 0
    review_below: float = 0.0
    thinking: int = 0


class Asker:
    """Asks a case. Works without a chat model too: then the documents' own words answer.

    ``budget`` gives the most tokens of material a prompt may hold, asked anew for each question;
    ``habits`` how much a model may think, how often it is asked again, and when a person has to look.
    """

    def __init__(
        self,
        library: Library,
        retriever: Retriever,
        engine: Engine,
        *,
        budget: Callable[[], int] | None = None,
        habits: Callable[[], Habits] | None = None,
    ) -> None:
        self._library = library
        self._retriever = retriever
        self._engine = engine
        self._budget = budget or (lambda: _BUDGET)
        self._habits = habits or Habits
        self._figures = Figures(library)
        self._particulars = Particulars(engine)
        self._relating = Relating(library)

    def ask(
        self,
        case_id: str,
        question: str,
        job: JobContext,
        on_event: Callable[[Event], None] | None = None,
        choices: dict[str, str] | None = None,
        *,
        earlier: Sequence[str] = (),
        filters: Filters | None = None,
    ) -> Answer:
        """Answer from the case's documents; ``on_event`` hears of evidence, pieces and verified sentences.

        ``earlier`` are the questions of the talk so far as they were understood: the answer's
        ``understood`` says how a question leaning on them was taken. ``filters`` keep to some documents.

        Raises LibraryError for an unknown case, WorkbenchError for an
        empty question, Cancelled.
        """
        if not question.strip():
            raise WorkbenchError(tr("asking.empty"))
        run = Run(
            case_id,
            Inquiry(question.strip()),
            prompts(language_of(question, share=_SPOKEN)),
            job,
            on_event or (lambda _event: None),
        )
        job.check()
        self._narrow(run, filters)
        if choices and (computed := computed_choice(run, choices)):
            run.tell(Answered(computed))
            return computed
        material, note = self._material(run, earlier)
        quotes = material.quotes()
        run.ms_evidence = run.ms
        run.tell(EvidenceFound(tuple(quote.claim for quote in quotes)))
        answer = self._answer(run, material, quotes, choices or {})
        answer = outcomes.weighed(run, answer)
        answer = outcomes.doubted(answer, self._agreed(run, answer), self._habits().review_below)
        versions = run.versions.told(answer.sentences) if run.versions else ""
        answer = replace(
            self._signed(run, answer, quotes), question=question.strip(), note=_joined(note, answer.note, versions)
        )
        job.check()
        run.tell(Answered(answer))
        return answer

    def _material(self, run: Run, earlier: Sequence[str]) -> tuple[Material, str]:
        """What the question, as it is understood, finds; and how it was understood where that has to be said."""
        note = self._in_full(run, earlier)
        material = self._evidence(run)
        if asked := self._translated(run, material):
            return self._evidence(run), asked
        return material, note

    def _signed(self, run: Run, answer: Answer, quotes: Sequence[Quote]) -> Answer:
        """An answer with its evidence, what it cost, and who gave it."""
        return replace(
            answer,
            quotes=tuple(quote.claim for quote in quotes),
            ms_evidence=run.ms_evidence,
            ms_first_token=run.ms_first_token,
            ms_total=run.ms,
            understood=run.inquiry.question,
            thought=run.thought,
            model=self._engine.state().of(Role.CHAT).name if run.ms_first_token else "",
        )

    def recommended(self, case_id: str, job: JobContext) -> tuple[str, ...]:
        """Questions worth asking of a case, in the language in use; computed once for each set of documents.

        Of a large case only names are looked at. Raises LibraryError for an unknown case, Cancelled.
        """
        stored = [d for d in self._library.documents(case_id) if d.state != "rejected"]
        kept = kept_questions(self._library, case_id, stored)
        if not kept and stored:
            small = len(stored) <= _READ_THROUGH
            finances = self._figures.of_documents([d.id for d in stored], job) if small else None
            graph = self._relating.graph(case_id, job) if small else None
            known = Known(papers_of(stored), finances, graph)
            kept = {spoken: list(chosen_questions(known, spoken)) for spoken in LANGUAGES}
            job.check()
            keep_questions(self._library, case_id, stored, kept)
        return tuple(kept.get(language(), ()))

    def _narrow(self, run: Run, filters: Filters | None) -> None:
        """Keep a question to the documents that pass."""
        run.filters = filters
        if filters and filters.narrow:
            every = [document for case in run.cases for document in self._library.documents(case)]
            run.within = frozenset(filters.keep(every, today().isoformat()))

    def _agreed(self, run: Run, answer: Answer) -> Agreement | None:
        """Whether the model says again what it answered; None where code or the documents answered."""
        samples = self._habits().samples
        asked = run.request is not None and answer.origin == "model" and answer.choice is None
        if not samples or not asked or answer.status is not Outcome.ANSWERED or not is_particular(run.inquiry):
            return None
        try:
            chat = self._engine.chat()
        except EngineError:
            return None
        return agreement(chat, run, samples)

    def _evidence(self, run: Run) -> Material:
        """Words and vectors; while the embedding model is loading, words show first evidence at once."""
        question = run.inquiry.question
        run.papers = self._figures.named_papers(run)
        if self._engine.state().of(Role.EMBEDDING).state is LoadState.LOADING:
            early = self._retriever.search(
                run.case, question, k=_HITS, documents=run.papers, filters=run.filters, job=run.job, words_only=True
            )
            quotes = Material(self._library, run.inquiry, early).quotes()
            run.tell(EvidenceFound(tuple(quote.claim for quote in quotes)))
        hits: Sequence[Hit] = self._retriever.search(
            run.case,
            question,
            k=_HITS,
            documents=run.papers,
            filters=run.filters,
            job=run.job,
            every_version=asks_for_all(question),
        )
        run.versions = Versions(question, hits, today())
        return Material(self._library, run.inquiry, run.versions.hits)

    def _in_full(self, run: Run, earlier: Sequence[str]) -> str:
        """Let the question stand alone, by code or else by the model; says how it was taken, where it changed."""
        asked = run.inquiry.question
        full = standing_alone(asked, earlier)
        if full is None:
            talk = "\n".join(earlier[-_REMEMBERED:])
            full = self._reworded(run, run.prompts.in_full.format(earlier=talk, question=asked))
        if not full or full == asked:
            return ""
        run.inquiry = Inquiry(full)
        return tr("asking.understood", question=full)

    def _reworded(self, run: Run, message: str) -> str:
        """The first line the model answers to a request to put a question in other words; empty without one."""
        request = ChatRequest(
            (Message("user", message),), max_tokens=_QUESTION_TOKENS, temperature=0.0, priority=Priority.ASK
        )
        try:
            return "".join(self._engine.chat().chat(request, run.job)).strip().split("\n")[0]
        except EngineError:
            return ""

    def _translated(self, run: Run, material: Material) -> str:
        """Put the question into the language of what was found; says so, or nothing where it stays as asked.

        Relevance and proof are judged by words, and those of another language are never the material's.
        """
        texts = "".join(source.text for source in material.sources[:_READ_FOR_LANGUAGE])
        spoken = language_of(texts, share=_CHINESE_SHARE)
        offered = counterpart(self._library, run.case, run.inquiry.question)
        if offered and language_of(offered) == (spoken if texts else "zh"):
            run.inquiry, run.prompts = Inquiry(offered), prompts(language_of(offered))
            return tr("asking.translated", question=offered)
        if not texts or spoken == language_of(run.inquiry.question, share=_SPOKEN):
            return ""
        words = prompts(spoken)
        said = self._reworded(run, words.translate.format(question=run.inquiry.question))
        if not said or language_of(said, share=_SPOKEN) != spoken:
            return ""
        run.inquiry, run.prompts = Inquiry(said), words
        return tr("asking.translated", question=said)

    def _answer(self, run: Run, material: Material, quotes: Sequence[Quote], choices: dict[str, str]) -> Answer:
        if not _relevant(run.inquiry, material):
            return outcomes.not_found(run, quotes)
        if not choices and (answer := self._by_code(run, material)):
            return answer
        try:
            chat = self._engine.chat()
            if choices:
                return self._choose(run, material, quotes, choices, chat)
            claims = self._generate(run, material, chat)
        except EngineError as error:
            note = tr("asking.no_model", reason=error.message)
            if choices:
                return outcomes.nearest_choice(run, material, quotes, choices, note)
            answer = outcomes.quoted(run, quotes, note)
        else:
            answer = outcomes.lowered(run, outcomes.settle(run, claims, quotes))
        conflict = find_conflict(run.inquiry, material.sources)
        return self._conflicting(run, answer, conflict) if conflict else answer

    def _by_code(self, run: Run, material: Material) -> Answer | None:
        """What code can answer: an article, figures, relations, a cell, a particular the model at most points at."""
        if article := self._article(run, material):
            return article
        documents = [hit.chunk.document for hit in material.hits]
        if figures := self._figures.asked(run, documents):
            return outcomes.in_figures(run, figures)
        return self._related(run) or self._cell(run, documents) or self._particular(run, material)

    def _related(self, run: Run) -> Answer | None:
        """Who is bound to whom, where that is asked and known."""
        words = run.prompts.relations
        claims = self._relating.answer(run.cases, run.inquiry, words, run.job, run.within) if words else ()
        if not claims:
            return None
        for claim in claims:
            run.tell(SentenceChecked(claim))
        disputed = any(claim.status is Status.CONFLICT for claim in claims)
        outcome = Outcome.CONFLICTING if disputed else Outcome.ANSWERED
        return replace(outcomes.said(run, outcome, claims), origin="code")

    def _article(self, run: Run, material: Material) -> Answer | None:
        """The wording of an article asked for by its number, or that there is none of that number."""
        claims = article_asked(run.inquiry.question, material.hits, material.sources)
        if claims is None:
            return None
        for claim in claims:
            run.tell(SentenceChecked(claim))
        answered = outcomes.said(run, Outcome.ANSWERED, claims)
        return replace(answered, origin="code") if claims else outcomes.not_found(run, ())

    def _cell(self, run: Run, documents: Sequence[str]) -> Answer | None:
        """One cell of a table, read by its row and its column."""
        cell, words = self._figures.cell(run, documents), run.prompts.points
        if cell is None or words is None:
            return None
        subject = words.of_cell.format(row=cell.row, column=cell.column) if cell.column else cell.row
        said = words.of_subject.format(subject=subject, value=cell.value)
        claim = Claim(said, Status.TRACED, (cell.citation,))
        run.tell(SentenceChecked(claim))
        return replace(outcomes.said(run, Outcome.ANSWERED, (claim,)), origin="code")

    def _particular(self, run: Run, material: Material) -> Answer | None:
        """The one thing asked for, read from its sentence; both places where documents disagree on it."""

        def search(question: str) -> tuple[Source, ...]:
            hits = self._retriever.search(
                run.case, question, k=_HITS, documents=run.papers, filters=run.filters, job=run.job
            )
            return Material(self._library, run.inquiry, hits).all_sources()

        answer = self._particulars.answer(run, material.all_sources(), search)
        conflict = find_conflict(run.inquiry, material.sources) if answer else None
        return self._conflicting(run, answer, conflict) if answer and conflict else answer

    def _generate(self, run: Run, material: Material, chat: ChatModel) -> tuple[Claim, ...]:
        request = self._request(run, material, chat, template=run.prompts.material, max_tokens=_ANSWER_TOKENS)
        request = replace(request, thinking=self._habits().thinking if chat.info.thinks else 0)
        stream = SentenceStream()
        claims: list[Claim] = []
        run.request, run.raw = request, ""
        generation = chat.chat(request, run.job)
        for piece in generation:
            run.ms_first_token = run.ms_first_token or run.ms
            run.raw += piece
            run.thought = generation.thought
            run.tell(Piece(piece))
            for sentence in stream.feed(piece):
                if any(sentence == claim.text for claim in claims):
                    return tuple(claims)
                claims.append(self._check(run, sentence, material, claims))
        for sentence in stream.rest():
            claims.append(self._check(run, sentence, material, claims))
        if claims and generation.figures.finish == "length":
            claims[-1] = cut_off(claims[-1])
            run.doubted[claims[-1].text] = claims[-1]
        return tuple(claims)

    def _check(self, run: Run, sentence: str, material: Material, earlier: Sequence[Claim]) -> Claim:
        run.job.check()
        if run.prompts.declined(sentence):
            claim = Claim(sentence, Status.UNPROVEN)
        else:
            sources = material.all_sources()
            claim = verify_sentence(sentence, sources, topic=run.inquiry.question)
            run.doubted[sentence] = doubted(claim, run.inquiry.question, earlier, sources)
        run.tell(SentenceChecked(run.doubted.get(sentence, claim)))
        return claim

    def _request(
        self, run: Run, material: Material, chat: ChatModel, *, template: str, options: str = "", max_tokens: int
    ) -> ChatRequest:
        room = chat.info.context - max_tokens - chat.count(run.prompts.system + run.inquiry.question + options) - 64
        packed = material.packed(run.prompts, chat.count, max(64, min(self._budget(), _needed(run.inquiry), room)))
        asked = template.format(material=packed, question=run.inquiry.question, options=options)
        messages = (Message("system", run.prompts.system), Message("user", asked))
        return ChatRequest(messages, max_tokens=max_tokens, temperature=0.0, priority=Priority.ASK)

    def _choose(
        self, run: Run, material: Material, quotes: Sequence[Quote], choices: dict[str, str], chat: ChatModel
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
            return outcomes.nearest_choice(run, material, quotes, choices, "")
        return outcomes.chosen(run, material, letter, choices)

    def _conflicting(self, run: Run, answer: Answer, sides: tuple[Side, Side]) -> Answer:
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
        kept = tuple(c for c in answer.sentences if c.status in outcomes.PROVEN and c.text not in shown)
        return replace(answer, status=Outcome.CONFLICTING, text=text, confidence=sure, sentences=(*claims, *kept))


def _joined(*notes: str) -> str:
    return " ".join(note for note in notes if note)


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
    return best >= outcomes.RELEVANT and of_them
