"""One section of a draft as a page shows it: heading, paragraphs, tables, and what has to be looked at."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from workbench.i18n import tr
from workbench.models.evidence import Claim, Status
from workbench.models.writing.report import DraftedSection, Paragraph, Table
from workbench.views import theme
from workbench.views.evidence_list import ClaimText
from workbench.views.write.boxes import ConflictBox, EditBox, UnprovenBox
from workbench.views.write.figures import Figures
from workbench.views.write.without_model import tells_of_no_model

SERIF = ["Noto Serif CJK SC", "Source Han Serif SC", "Songti SC", "SimSun", "serif"]
NameOf = Callable[[str], str]


class SectionView(QWidget):
    """Shows a section; an edit comes out as the whole changed section."""

    claim_chosen = Signal(object)
    citation_chosen = Signal(object)
    evidence_wanted = Signal(object)
    edited = Signal(object)
    completed = Signal()
    """Everything of a section that was shown stands on the page."""

    def __init__(self, section_id: str, title: str, name_of: NameOf) -> None:
        super().__init__()
        self.section_id = section_id
        self.section: DraftedSection | None = None
        self._name_of = name_of
        self._texts: dict[str, ClaimText] = {}
        self._running: dict[str, list[Claim]] = {}
        # A table costs ten milliseconds to make and a section may have ten: one a turn of the event loop.
        self._to_come: deque[Callable[[], None]] = deque()
        self._maker = QTimer(self)
        self._maker.setInterval(0)
        self._maker.timeout.connect(self._make_next)
        self.heading = QLabel(title)
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self._body = QVBoxLayout()
        self._body.setSpacing(theme.space(1))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, theme.space(6))
        layout.setSpacing(theme.space(2))
        layout.addWidget(self.heading)
        layout.addLayout(self._body)
        self._dress()
        theme.on_change(self, self._dress)
        self.show_section(None)

    @property
    def whole(self) -> bool:
        """Whether everything that was shown stands."""
        return not self._to_come

    @property
    def texts(self) -> list[ClaimText]:
        """The paragraphs, in order."""
        return [text for text in self.boxes(ClaimText) if isinstance(text, ClaimText)]

    def boxes(self, kind: type[QWidget]) -> list[QWidget]:
        """The boxes or tables of a kind, in order."""
        items = (self._body.itemAt(n) for n in range(self._body.count()))
        widgets = [item.widget() for item in items if item is not None]
        return [widget for widget in widgets if isinstance(widget, kind)]

    def tab_stops(self) -> list[QWidget]:
        """What Tab goes through, in order."""
        stops: list[QWidget] = []
        for widget in self.boxes(QWidget):
            if isinstance(widget, ClaimText):
                stops.append(widget)
            elif isinstance(widget, Figures):
                stops.append(widget.grid)
            else:
                stops += widget.findChildren(QPushButton)
        return stops

    def show_section(self, section: DraftedSection | None) -> None:
        """Show a section as drafted; None: it waits to be drafted."""
        self.section = section
        self._running = {}
        # What was shown while the section grew stays: making a text view costs milliseconds.
        kept = {p.id: self._texts[p.id] for p in section.paragraphs if p.id in self._texts} if section else {}
        self._empty(frozenset(kept.values()))
        self._texts = kept
        if section is None:
            self._line(tr("write.standing.waiting"))
            return
        self.heading.setText(section.title)
        for paragraph in section.paragraphs:
            self._add_paragraph(paragraph)
        self._to_come.extend(partial(self._add_figures, table) for table in section.tables)
        self._to_come.append(partial(self._add_rest, section))
        self._maker.start()

    def begin(self) -> None:
        """The section is being drafted."""
        self._empty()
        self._running = {}
        self._line(tr("write.standing.running"))

    def add_sentence(self, paragraph: str, claim: Claim) -> None:
        """A sentence that will stand has been written."""
        if not self._running:
            self._empty()
        claims = self._running.setdefault(paragraph, [])
        claims.append(claim)
        if paragraph not in self._texts:
            self._add_text(paragraph)
        self._texts[paragraph].set_claims([claims])

    def edit(self, paragraph: str, claim: Claim) -> None:
        """Open a sentence for editing below its paragraph."""
        text = self._texts.get(paragraph)
        if text is None or self.section is None:
            return
        for open_box in self.boxes(EditBox):
            self._take_out(open_box)
        box = EditBox(claim)
        box.left.connect(lambda: self._close(box, text))
        box.kept.connect(lambda words: self._keep(paragraph, claim, words, box, text))
        self._body.insertWidget(self._body.indexOf(text) + 1, box)
        box.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        box.edit.selectAll()

    def rename(self) -> None:
        """Names of documents have come."""
        if self.section is not None and not self._running and not self.boxes(EditBox):
            self.show_section(self.section)

    def _add_paragraph(self, paragraph: Paragraph) -> None:
        if paragraph.lead:
            lead = QLabel(paragraph.lead)
            theme.set_role(lead, "heading")
            self._body.addWidget(lead)
        text = self._add_text(paragraph.id)
        if not text.shows(paragraph.sentences):
            text.set_claims([paragraph.sentences])
            text.flush()
        for claim in paragraph.sentences:
            if claim.status is Status.UNPROVEN:
                self._add_unproven(paragraph.id, claim)

    def _make_next(self) -> None:
        if self._to_come:
            self._to_come.popleft()()
        if not self._to_come:
            self._maker.stop()
            self.completed.emit()

    def _add_figures(self, table: Table) -> None:
        figures = Figures(table)
        figures.claim_chosen.connect(self.claim_chosen)
        figures.citation_chosen.connect(self.citation_chosen)
        self._body.addWidget(figures)
        self._to_come.extendleft(reversed(figures.steps()))

    def _add_rest(self, section: DraftedSection) -> None:
        for conflict in section.conflicts:
            box = ConflictBox(conflict, self._name_of)
            box.citation_chosen.connect(self.citation_chosen)
            self._body.addWidget(box)
        for gap in section.gaps:
            self._line(tr("write.gap", what=gap.text))
        for note in section.notes:
            if not tells_of_no_model(note):
                self._line(note)

    def _add_text(self, paragraph: str) -> ClaimText:
        kept = self._texts.get(paragraph)
        if kept is not None:
            self._body.addWidget(kept)
            return kept
        text = ClaimText(self._name_of, serif=True)
        text.claim_chosen.connect(self.claim_chosen)
        text.citation_chosen.connect(self.citation_chosen)
        text.edit_wanted.connect(lambda claim: self.edit(paragraph, claim))
        self._texts[paragraph] = text
        self._body.addWidget(text)
        return text

    def _add_unproven(self, paragraph: str, claim: Claim) -> None:
        box = UnprovenBox(claim)
        box.removed.connect(lambda said: self._replace(paragraph, said, None))
        box.owned.connect(lambda said: self._replace(paragraph, said, Claim(said.text, Status.OWN)))
        box.evidence_wanted.connect(self.evidence_wanted)
        self._body.addWidget(box)

    def _keep(self, paragraph: str, claim: Claim, words: str, box: EditBox, text: ClaimText) -> None:
        if words == claim.text.strip():
            self._close(box, text)
            return
        self._replace(paragraph, claim, Claim(words, Status.OWN) if words else None)

    def _close(self, box: EditBox, text: ClaimText) -> None:
        self._take_out(box)
        text.setFocus(Qt.FocusReason.OtherFocusReason)

    def _replace(self, paragraph: str, old: Claim, new: Claim | None) -> None:
        if self.section is None:
            return
        changed = []
        for part in self.section.paragraphs:
            kept = part
            if part.id == paragraph:
                swapped = (new if claim is old else claim for claim in part.sentences)
                kept = replace(part, sentences=tuple(claim for claim in swapped if claim is not None))
            if kept.sentences:
                changed.append(kept)
        self.edited.emit(replace(self.section, paragraphs=tuple(changed)))

    def _line(self, words: str) -> None:
        label = QLabel(words)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        theme.set_role(label, "muted")
        self._body.addWidget(label)

    def _empty(self, kept: frozenset[ClaimText] = frozenset()) -> None:
        self._texts = {}
        self._to_come.clear()
        self._maker.stop()
        while self._body.count():
            item = self._body.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None and widget not in kept:
                widget.hide()
                widget.deleteLater()

    def _take_out(self, widget: QWidget) -> None:
        self._body.removeWidget(widget)
        widget.hide()
        widget.deleteLater()

    def _dress(self) -> None:
        font = QFont()
        font.setFamilies(SERIF)
        font.setWeight(QFont.Weight.Bold)
        self.heading.setFont(font)
        families = ", ".join(f'"{name}"' for name in SERIF)
        size = theme.size(theme.TextSize.TITLE)
        self.heading.setStyleSheet(f"font-family: {families}; font-size: {size}px; font-weight: 700;")
