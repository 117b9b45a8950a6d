"""The column left of a draft: its sections with their standing, and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLabel, QListWidget, QListWidgetItem, QSizePolicy, QVBoxLayout

from workbench.i18n import tr
from workbench.models.evidence import Status
from workbench.models.writing.report import DraftedSection
from workbench.views import theme
from workbench.views.evidence_list import FACTS, FACTS_INK, TwoLines, WrappedLines

_ID = Qt.ItemDataRole.UserRole
_DOUBTFUL = (Status.PARTIAL, Status.UNPROVEN, Status.CONFLICT)


@dataclass(frozen=True, slots=True)
class Standing:
    """What the outline says of a section: words with a mark, and their colour's status."""

    words: str
    status: Status | None = None


def standing(section: DraftedSection | None, *, running: bool = False) -> Standing:
    """How far a section is and how well it is proven."""
    if running:
        return Standing(tr("write.standing.running"), Status.COMPUTED)
    if section is None:
        return Standing(tr("write.standing.waiting"))
    return _doubts(section) or _lacks(section) or _proven(section)


def _doubts(section: DraftedSection) -> Standing | None:
    claims = [claim for _, claim in section.sentences()]
    doubtful = sum(claim.status in _DOUBTFUL for claim in claims) + len(section.conflicts)
    if not doubtful:
        return None
    worst = Status.UNPROVEN if any(c.status is Status.UNPROVEN for c in claims) else Status.PARTIAL
    return Standing(f"{worst.mark} {tr('write.standing.doubtful', count=doubtful)}", worst)


def _lacks(section: DraftedSection) -> Standing | None:
    missing = [gap.text for gap in section.gaps if gap.kind == "material"]
    if missing:
        key = "write.standing.missing" if len(missing) == 1 else "write.standing.missing_more"
        return Standing(tr(key, what=missing[0], count=len(missing)), Status.PARTIAL)
    if not section.paragraphs and not section.tables:
        return Standing(tr("write.standing.empty"), Status.PARTIAL)
    return None


def _proven(section: DraftedSection) -> Standing:
    claims = [claim for _, claim in section.sentences()]
    if claims and all(claim.status is Status.OWN for claim in claims):
        return Standing(f"{Status.OWN.mark} {tr('write.standing.own')}", Status.OWN)
    return Standing(f"{Status.TRACED.mark} {tr('write.standing.traced')}", Status.TRACED)


class Outline(QFrame):
    """Emits the section the user goes to."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        theme.set_role(self, "ground")
        self.setMinimumWidth(theme.space(44))
        self._gaps: list[tuple[str, str]] | None = None
        self.title = _heading(theme.space(2))
        self.sections = _list("write.outline_name")
        self.sections.setItemDelegate(TwoLines(self.sections))
        self.sections.currentItemChanged.connect(self._chosen)
        self.sections.itemClicked.connect(self._chosen)
        self.gaps_title = _heading(theme.space(1))
        self.gaps = _list("write.gaps_name")
        self.gaps.setItemDelegate(WrappedLines(self.gaps))
        self.gaps.itemClicked.connect(self._chosen)
        self.gaps.itemActivated.connect(self._chosen)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.title)
        layout.addWidget(self.sections, 3)
        layout.addWidget(self.gaps_title)
        layout.addWidget(self.gaps, 2)
        layout.addStretch(0)

    def begin(self, title: str, sections: Sequence[tuple[str, str]]) -> None:
        """List the scenario's sections, ids with titles."""
        self.title.setText(title)
        self.sections.blockSignals(True)
        self.sections.clear()
        for section, name in sections:
            item = QListWidgetItem(name)
            item.setData(_ID, section)
            self.sections.addItem(item)
        self.sections.blockSignals(False)
        row = theme.size(theme.TextSize.BODY) + theme.size(theme.TextSize.SMALL) + theme.space(6)
        self.sections.setMaximumHeight(len(sections) * row + 2)
        self.show_gaps([])

    def say(self, section: str, said: Standing) -> None:
        """Set the second line of a section."""
        for number in range(self.sections.count()):
            item = self.sections.item(number)
            if item.data(_ID) == section and item.data(FACTS) != said.words:
                item.setData(FACTS, said.words)
                item.setData(FACTS_INK, theme.status_colour(said.status) if said.status else None)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{item.text()}, {said.words}")
                item.setToolTip(f"{item.text()}\n{said.words}")

    def facts(self, section: str) -> str:
        """The second line of a section."""
        items = (self.sections.item(n) for n in range(self.sections.count()))
        return next((str(item.data(FACTS) or "") for item in items if item.data(_ID) == section), "")

    def show_gaps(self, gaps: Sequence[tuple[str, str]]) -> None:
        """List what is missing: section ids with words."""
        if list(gaps) == self._gaps and self.gaps.count() == len(gaps):
            return
        self._gaps = list(gaps)
        self.gaps.clear()
        for section, words in gaps:
            item = QListWidgetItem(words)
            item.setData(_ID, section)
            item.setToolTip(words)
            self.gaps.addItem(item)
        self.gaps_title.setText(tr("write.gaps", count=len(gaps)))
        self.gaps_title.setVisible(bool(gaps))
        self.gaps.setVisible(bool(gaps))

    def select(self, section: str) -> None:
        """Mark the section being read, without telling of it."""
        self.sections.blockSignals(True)
        for number in range(self.sections.count()):
            if self.sections.item(number).data(_ID) == section:
                self.sections.setCurrentRow(number)
        self.sections.blockSignals(False)

    @property
    def current(self) -> str | None:
        """Id of the section marked."""
        item = self.sections.currentItem()
        return str(item.data(_ID)) if item is not None else None

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.chosen.emit(item.data(_ID))


def _heading(below: int) -> QLabel:
    label = QLabel()
    theme.set_role(label, "heading")
    label.setContentsMargins(theme.space(4), theme.space(3), theme.space(2), below)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
    return label


def _list(name_key: str) -> QListWidget:
    made = QListWidget()
    made.setAccessibleName(tr(name_key))
    theme.set_role(made, "sidebar")
    made.setMouseTracking(True)
    made.setResizeMode(QListWidget.ResizeMode.Adjust)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    return made
