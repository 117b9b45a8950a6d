"""One question with its evidence and its answer, as it comes."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.models.evidence import Citation, Claim, Status
from workbench.views import theme
from workbench.views.ask import talks
from workbench.views.ask.cards import Card, CardGrid, ConflictCard, computed_card, quote_card
from workbench.views.ask.parts import Judgement, Thoughts, ValueCard
from workbench.views.ask.talks import Turn
from workbench.views.evidence_list import ClaimText, where

_FIRST_CARDS = 6
_SURE = frozenset({"answered", "conflicting", "needs_review"})
_HIGH, _MEDIUM = 0.75, 0.45
_SENTENCE_ENDS = "。！？!?；\n"


class TurnView(QWidget):
    """Shows a :class:`Turn` and fills it while the answer runs."""

    claim_chosen = Signal(object)
    citation_chosen = Signal(object)
    models_wanted = Signal()
    again_wanted = Signal(str)
    copied = Signal()
    judged = Signal(str, str)
    similar_wanted = Signal(object)

    def __init__(self, turn: Turn, name_of: Callable[[str], str], *, only_proven: bool = False) -> None:
        super().__init__()
        self.turn = turn
        self._without_model: Callable[[], bool] = lambda: False
        self._name_of = name_of
        self._pending = ""
        self._all_cards = False
        self.asked = QLabel(tr("ask.you", time=clock(turn.asked)))
        theme.set_role(self.asked, "small")
        self.question = _plain("heading", turn.question)
        self.question.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.taken = _plain("small")
        self.thoughts = Thoughts()
        self.judgement = Judgement()
        self.judgement.judged.connect(self.judged)
        self.value = QVBoxLayout()
        self.facts = QLabel()
        theme.set_role(self.facts, "small")
        self.copy_button = _button("flat", self.copy, tr("ask.copy"))
        self.copy_button.setToolTip(tr("ask.copy_tip"))
        self.answer = ClaimText(name_of)
        self.answer.set_only_proven(only_proven)
        self.answer.claim_chosen.connect(self.claim_chosen)
        self.answer.citation_chosen.connect(self.citation_chosen)
        self.notice = _plain("")
        self.action = _button("link", self._act)
        self.cards = CardGrid()
        self.more = _button("link", self._show_all_cards)
        self._build()
        self._show()
        theme.on_change(self, self._show)

    def show_evidence(self, quotes: Sequence[Claim], milliseconds: float) -> None:
        """The verified quotes, shown before the answer."""
        self.turn.evidence = tuple(quotes)
        self.turn.ms_evidence = milliseconds
        self._show()

    def add_piece(self, text: str) -> None:
        """Words of the answer that are not checked yet."""
        self._pending += text
        self._show_answer()

    def add_sentence(self, claim: Claim) -> None:
        """A checked sentence takes the place of its words."""
        self.turn.sentences = (*self.turn.sentences, claim)
        self._pending = _after(self._pending, claim.text)
        self._show_answer()

    def settle(self, status: str, sentences: Sequence[Claim] | None = None, confidence: float | None = None) -> None:
        """The answer is complete, or was stopped."""
        self.turn.status = status
        if sentences is not None:
            self.turn.sentences = tuple(sentences)
        self.turn.confidence = confidence
        self._pending = ""
        self._show()

    def fail(self, error: WorkbenchError) -> None:
        """What went wrong; the evidence stays."""
        missing = error.kind in ("model_missing", "load_failed", "model_damaged", "out_of_memory")
        self.turn.error = error.to_json()
        self.settle(talks.EVIDENCE_ONLY if missing else talks.FAILED, self.turn.sentences)

    def set_only_proven(self, only: bool) -> None:
        """Leave out unproven sentences."""
        self.answer.set_only_proven(only)

    def ask_model_with(self, missing: Callable[[], bool]) -> None:
        """How to know that there is no chat model, so that the way to one is offered."""
        self._without_model = missing
        self._show_notice()

    def tab_stops(self) -> list[QWidget]:
        """What Tab goes through, in order."""
        answer: list[QWidget] = [self.copy_button, self.thoughts.button, self.answer, self.action]
        first = self.value.itemAt(0)
        card = first.widget() if first is not None else None
        if card is not None:
            answer.insert(2, card)
        return [*answer, *self.judgement.tab_stops(), *self.cards.cards, self.more]

    def rename(self) -> None:
        """Names of documents have come."""
        self._show()

    def text_with_references(self) -> str:
        """The answer as copied: sentences with numbers, then the numbered references."""
        numbers: dict[tuple[str, str, str], int] = {}
        said = []
        for claim in self.turn.sentences:
            marks = "".join(f"[{_number(numbers, c)}]" for c in claim.citations)
            doubt = tr("ask.unproven_copied") if claim.status is Status.UNPROVEN else ""
            said.append(f"{claim.text.strip()}{marks}{doubt}")
        quotes = self.turn.sentences or self.turn.evidence
        lines = [self.turn.question, "", "".join(said)] if said else [self.turn.question, ""]
        for claim in quotes:
            for citation in claim.citations:
                _number(numbers, citation)
        for (document, place, quote), number in numbers.items():
            reference = tr("evidence_list.reference", quote=quote, document=self._name_of(document), place=place)
            lines.append(f"[{number}] {reference}")
        return "\n".join(lines).strip()

    def copy(self) -> None:
        """Put the answer with its references on the clipboard."""
        QGuiApplication.clipboard().setText(self.text_with_references())
        self.copied.emit()

    def _build(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.facts, 1)
        head.addWidget(self.copy_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, theme.space(4))
        layout.setSpacing(theme.space(1))
        layout.addWidget(self.asked)
        layout.addWidget(self.question)
        layout.addWidget(self.taken)
        layout.addSpacing(theme.space(1))
        layout.addLayout(head)
        layout.addWidget(self.thoughts)
        layout.addLayout(self.value)
        layout.addWidget(self.answer)
        notice = QHBoxLayout()
        notice.addWidget(self.notice, 1)
        notice.addWidget(self.action)
        layout.addLayout(notice)
        layout.addWidget(self.judgement)
        layout.addSpacing(theme.space(2))
        layout.addWidget(self.cards)
        layout.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)

    def _show(self) -> None:
        self.facts.setText(self._facts())
        self.copy_button.setVisible(self.turn.settled and bool(self.turn.sentences or self.turn.evidence))
        self.taken.setText(tr("ask.comma").join(x for x in (self.turn.taken, self._scope()) if x))
        self.taken.setVisible(bool(self.taken.text()))
        self.thoughts.show_thought(self.turn.thought)
        self.judgement.show_turn(self.turn)
        self._show_value()
        self._show_answer()
        self.answer.flush()
        self._show_notice()
        self._show_cards()

    def _scope(self) -> str:
        return tr("ask.scope_kept", scope=self.turn.scope) if self.turn.scope else ""

    def _show_value(self) -> None:
        while (item := self.value.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        claim = self.turn.value
        if claim is not None:
            self.value.addWidget(self._opening(ValueCard(claim, self._name_of), claim))

    def _facts(self) -> str:
        turn = self.turn
        if turn.status == talks.SIMILAR:
            return tr("ask.similar_found", count=len(turn.evidence))
        parts = [tr("ask.answer")]
        if turn.ms_evidence or turn.evidence:
            parts.append(tr("ask.evidence_in", seconds=f"{turn.ms_evidence / 1000:.1f}", count=len(turn.evidence)))
        if not turn.settled:
            parts.append(tr("ask.writing" if turn.evidence else "ask.searching"))
        elif turn.confidence is not None and turn.status in _SURE:
            level = "high" if turn.confidence >= _HIGH else "medium" if turn.confidence >= _MEDIUM else "low"
            parts.append(tr(f"ask.confidence_{level}"))
        if turn.agreement is not None:
            parts.append(tr("ask.agreement", percent=f"{turn.agreement:.0%}"))
        return " · ".join(parts)

    def _show_answer(self) -> None:
        shown = bool(self.turn.sentences or self._pending) and self.turn.value is None
        self.answer.setVisible(shown)
        self.answer.set_claims([self.turn.sentences], self._pending)

    def _show_notice(self) -> None:
        turn = self.turn
        # Words with sources that were not fully proven are no "not mentioned".
        doubtful = turn.status == "not_found" and any(claim.citations for claim in turn.sentences)
        words = {
            "not_found": ("ask.not_found" if turn.evidence else "ask.nothing_near", ""),
            "needs_review": ("ask.needs_review", ""),
            "conflicting": ("ask.conflicting", ""),
            "blocked": ("ask.blocked", ""),
            talks.STOPPED: ("ask.stopped", "ask.again"),
            talks.EVIDENCE_ONLY: ("ask.no_model", "ask.to_models"),
            talks.FAILED: ("", "ask.again"),
        }.get("needs_review" if doubtful else turn.status)
        if turn.note and (words is None or not words[1]):
            words = (words[0] if words else "", "ask.to_models" if self._without_model() else "")
        self.notice.setVisible(words is not None)
        self.action.setVisible(words is not None and bool(words[1]))
        if words is None:
            return
        error = turn.error or {}
        told = f"{error.get('message', '')} {error.get('hint', '')}".strip()
        without = turn.status == talks.EVIDENCE_ONLY and turn.note
        text = told if turn.status == talks.FAILED else tr(words[0]) if words[0] and not without else ""
        others = tr("ask.others", others="；".join(turn.others)) if turn.others else ""
        text = " ".join(part for part in (text, turn.note, others) if part)
        self.notice.setText(text)
        theme.set_role(self.notice, "error" if turn.status in (talks.FAILED, "blocked") else "muted")
        self.action.setText(tr(words[1]) if words[1] else "")

    def _act(self) -> None:
        if self.turn.status == talks.EVIDENCE_ONLY or (self.turn.note and self._without_model()):
            self.models_wanted.emit()
        else:
            self.again_wanted.emit(self.turn.question)

    def _show_cards(self) -> None:
        made: list[QWidget] = []
        for claim in self.turn.sentences:
            if claim.status is Status.CONFLICT:
                made.append(self._conflict(claim))
            elif claim.status is Status.COMPUTED and claim.computation:
                made.append(self._opening(computed_card(claim), claim))
        told = {c.quote for c in self.turn.value.citations} if self.turn.value else set()
        quotes = [claim for claim in self.turn.evidence if claim.citations and claim.citations[0].quote not in told]
        made += [
            self._conflict(claim)
            if claim.status is Status.CONFLICT
            else self._opening(computed_card(claim), claim)
            if claim.status is Status.COMPUTED
            else self._opening(self._quote(claim), claim)
            for claim in quotes
        ]
        shown = made if self._all_cards else made[:_FIRST_CARDS]
        for card in made[len(shown) :]:
            card.deleteLater()
        self.cards.show_cards(shown)
        self.more.setVisible(len(made) > len(shown))
        self.more.setText(tr("ask.more_cards", count=len(made) - len(shown)))

    def _quote(self, claim: Claim) -> Card:
        card = quote_card(claim, self._name_of)
        card.more_like_this(lambda: self.similar_wanted.emit(claim))
        return card

    def _conflict(self, claim: Claim) -> Card:
        card = ConflictCard(claim, self._name_of)
        card.citation_chosen.connect(self.citation_chosen)
        card.opened.connect(lambda: self.claim_chosen.emit(claim))
        return card

    def _opening(self, card: Card, claim: Claim) -> Card:
        def opened() -> None:
            self.claim_chosen.emit(claim)
            if claim.citations:
                self.citation_chosen.emit(claim.citations[0])

        card.opened.connect(opened)
        return card

    def _show_all_cards(self) -> None:
        self._all_cards = True
        self._show_cards()


def _plain(role: str, words: str = "") -> QLabel:
    """Words that wrap, never read as markup."""
    label = QLabel(words)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if role:
        theme.set_role(label, role)
    return label


def _button(role: str, run: Callable[[], None], words: str = "") -> QPushButton:
    button = QPushButton(words)
    theme.set_role(button, role)
    button.clicked.connect(lambda _=False: run())
    return button


def _number(numbers: dict[tuple[str, str, str], int], citation: Citation) -> int:
    key = (citation.document, where(citation.anchor), " ".join(citation.quote.split()))
    return numbers.setdefault(key, len(numbers) + 1)


def _after(pending: str, sentence: str) -> str:
    """What is left of the unchecked words once a sentence of them was checked."""
    at = pending.find(sentence.strip())
    if at >= 0:
        return pending[at + len(sentence.strip()) :].lstrip()
    ends = [i for i, letter in enumerate(pending) if letter in _SENTENCE_ENDS]
    return pending[ends[0] + 1 :].lstrip() if ends else ""


def clock(moment: str) -> str:
    """A time as said on the day: ``14:26``, ``昨天 09:10``, ``11-03 09:10``."""
    then = datetime.fromisoformat(moment)
    today = datetime.now(then.tzinfo).date()
    days = (today - then.date()).days
    time = then.strftime("%H:%M")
    if days == 0:
        return time
    return tr("ask.yesterday", time=time) if days == 1 else f"{then:%Y-%m-%d} {time}"
