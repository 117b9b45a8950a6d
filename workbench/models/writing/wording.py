"""Sentences the model words from evidence, each verified by code before it may stand."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from workbench.inference.api import ChatModel, ChatRequest, Message
from workbench.jobs import JobContext, Priority
from workbench.models.evidence import Citation, Claim, Status
from workbench.models.evidence.sentences import SentenceStream
from workbench.models.evidence.verify import verify_sentence
from workbench.models.scenarios import Question, Scenario, parse_expression
from workbench.models.writing.faithful import is_faithful
from workbench.models.writing.gathering import Passage, holds_expected, tidy, without_item_mark
from workbench.models.writing.grammar import prose_grammar
from workbench.models.writing.ledger import Ledger, Setting
from workbench.models.writing.masking import Filled, NamedValue, fill, has_digit, letters, mask, outside

_TOKENS_A_SENTENCE = 90
_SILENT = re.compile(
    r"未提及|未提供|没有提供|未披露|未说明|没有提到|无相关|无法确定"
    r"|not mention|not state|no information|not provided",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"^(?!第.{1,6}条)[^\t]{8,}[。；.]$")
_LONGEST_QUOTE = 160
_AMOUNT_WORDS = re.compile(
    r"\b(?:hundred|thousand|million|billion|trillion|percent|dozen|half|double[ds]?|triple[ds]?)\b", re.IGNORECASE
)
_COUNTS = {
    "zh": ("一", "一到两", "两到三", "三到四"),
    "en": ("one sentence", "one or two sentences", "two or three sentences", "three or four sentences"),
}


@dataclass(frozen=True, slots=True)
class Worded:
    """A sentence of the model as it came, and judged; ``claim`` None when it was dropped."""

    raw: str
    claim: Claim | None


@dataclass(frozen=True, slots=True)
class _Brief:
    """A question with all the model may use: passages, their masked texts, figures given by code."""

    question: Question
    found: Sequence[Passage]
    texts: Sequence[str]
    figures: Sequence[tuple[NamedValue, Setting]]
    values: Sequence[NamedValue]


class Wording:
    """Asks the model question by question. The prompt runs system → material → task, so that its head is reused."""

    def __init__(self, chat: ChatModel, scenario: Scenario, ledger: Ledger, company: str = "") -> None:
        self._chat = chat
        self._prompts = scenario.prompts
        self._adapter = scenario.adapter
        self._ledger = ledger
        self._language = ledger.language
        self._company = company

    def write(self, question: Question, found: Sequence[Passage], job: JobContext) -> Iterator[Worded]:
        """The sentences that answer ``question`` from ``found``, as they are made. Raises EngineError, Cancelled.

        Small models repeat themselves: a sentence said already is not said again. An unfinished
        last one is left out.
        """
        masked = mask([p.text for p in found], self._language)
        figures = self._figures(question)
        brief = _Brief(question, found, masked.texts, figures, (*masked.values, *(v for v, _ in figures)))
        said: set[str] = set()
        for raw in self._sentences(self._request(brief), job):
            if raw not in said:
                said.add(raw)
                yield Worded(raw, self._judge(raw, brief))

    def _sentences(self, request: ChatRequest, job: JobContext) -> Iterator[str]:
        stream = SentenceStream()
        for piece in self._chat.chat(request, job):
            yield from stream.feed(piece)
        yield from (raw for raw in stream.rest() if raw.rstrip().endswith(("。", ".")))

    def _figures(self, question: Question) -> list[tuple[NamedValue, Setting]]:
        """Figures of the statements offered beside the material, named by item and year."""
        offered: list[tuple[NamedValue, Setting]] = []
        for name in question.facts:
            for back in (0, -1):
                setting = self._ledger.setting(parse_expression(f'"{name}"'), "", back)
                if setting is not None:
                    offered.append((NamedValue(f"{name}@{setting.period}", setting.text), setting))
        return offered

    def _request(self, brief: _Brief) -> ChatRequest:
        material = "".join(
            self._prompt("material", label=letters(i), document=_named(passage), text=text.strip())
            for i, (passage, text) in enumerate(zip(brief.found, brief.texts, strict=True))
        )
        if brief.figures:
            listed = "、".join(f"{v.name.partition('@')[0]}{v.slot}" for v, _ in brief.figures)
            material += self._prompt("figures", text=listed)
        question = brief.question
        counts = _COUNTS["zh" if self._language == "zh" else "en"]
        count = counts[min(question.sentences, len(counts)) - 1]
        task = self._prompt("task", count=count, ask=question.ask.of(self._language))
        if self._company:
            task += self._prompt("subject", company=self._company)
        return ChatRequest(
            (Message("system", self._prompt("system").strip()), Message("user", material + "\n" + task)),
            max_tokens=_TOKENS_A_SENTENCE * question.sentences,
            grammar=prose_grammar(
                [v.slot for v in brief.values], self._language, question.sentences, names=brief.texts
            ),
            priority=Priority.DRAFT,
            adapter=self._adapter,
        )

    def _prompt(self, name: str, **values: str) -> str:
        """Replaced by hand: the texts themselves hold braces."""
        words = self._prompts.get(name)
        text = words.of(self._language) if words else ""
        for key, value in values.items():
            text = text.replace("{" + key + "}", value, 1)
        return text

    def _judge(self, raw: str, brief: _Brief) -> Claim | None:
        filled = fill(without_item_mark(raw.strip()), brief.values)
        if _SILENT.search(filled.text) or filled.unknown:
            return None
        topic = brief.question.ask.of(self._language)
        claim = verify_sentence(filled.text, [p.source for p in brief.found], topic=topic)
        claim = _with_figures(claim, filled, brief.figures)
        if _typed_amount(raw):
            return replace(claim, status=Status.UNPROVEN)
        if not is_faithful(raw, brief.texts, self._company):
            return in_own_words(claim, filled, brief.question) or (_doubtful(claim) if filled.values else None)
        if claim.status is Status.UNPROVEN and not filled.values:
            return None
        return _cited(claim, filled, brief.found)


def _named(passage: Passage) -> str:
    """A document's name without figures: they would invite the model to write some."""
    return mask([passage.document.title or passage.document.name]).texts[0].replace("{", "").replace("}", "")


def _typed_amount(raw: str) -> bool:
    """Whether the model wrote an amount itself in spite of the grammar (English number words, a model without one)."""
    own = outside(raw)
    return has_digit(own) or bool(_AMOUNT_WORDS.search(own))


def in_own_words(claim: Claim, filled: Filled, question: Question) -> Claim | None:
    """The whole sentence of the document that a loosely worded one rests on.

    It has to answer the question, or to hold a figure the sentence used.
    """
    for citation in claim.citations:
        quote = tidy(citation.quote)
        if not _WHOLE.match(quote) or len(quote) > _LONGEST_QUOTE:
            continue
        if holds_expected(quote, question) or any(v.text in citation.quote for v in filled.values):
            return Claim(without_item_mark(quote), Status.TRACED, (citation,))
    return None


def _doubtful(claim: Claim) -> Claim:
    """Right figures in a sentence of the model's own making prove the figures only."""
    weak = Status.PARTIAL if claim.citations else Status.UNPROVEN
    return replace(claim, status=weak, computation=None)


def _with_figures(claim: Claim, filled: Filled, figures: Sequence[tuple[NamedValue, Setting]]) -> Claim:
    """A figure given by code brings its own evidence."""
    used = [setting for value, setting in figures if value in filled.values]
    if not used:
        return claim
    citations = tuple(dict.fromkeys([*claim.citations, *(c for s in used for c in s.citations)]))
    status = claim.status
    if status is Status.UNPROVEN and citations:
        status = Status.PARTIAL
    if any(s.status is Status.CONFLICT for s in used):
        status = Status.CONFLICT
    return Claim(claim.text, status, citations, claim.computation)


def _cited(claim: Claim, filled: Filled, found: Sequence[Passage]) -> Claim:
    """Where a figure came from is known even when verification finds the sentence wanting."""
    if claim.citations or not filled.values:
        return claim
    citations: list[Citation] = []
    for value in filled.values:
        if value.source >= 0:
            citation = found[value.source].source.cite(value.start, value.start + len(value.text))
            citations += [citation] if citation else []
    status = Status.PARTIAL if claim.status is Status.UNPROVEN and citations else claim.status
    return Claim(claim.text, status, tuple(dict.fromkeys(citations)), claim.computation)
