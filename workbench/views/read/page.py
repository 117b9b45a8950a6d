"""One document: its summary at three lengths, key points, fields with their sources, what changed."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
)

from workbench.i18n import tr
from workbench.models.evidence import Claim
from workbench.models.extracting import Cell, Field, unit_words
from workbench.models.extracting.changes import Change
from workbench.models.extracting.summary import Length, Summary
from workbench.views import theme
from workbench.views.evidence_list import ClaimText, document_name
from workbench.views.read.telling import Told
from workbench.views.read.words import value_words

_LENGTHS: tuple[Length, ...] = ("short", "medium", "long")


class DocumentPage(QScrollArea):
    """Emits the claim or citation a person goes to, and what is to be worked out anew."""

    claim_chosen = Signal(object)
    citation_chosen = Signal(object)
    length_chosen = Signal(str)
    condense_wanted = Signal()
    compare_wanted = Signal(str)
    risk_wanted = Signal()
    copy_wanted = Signal()

    def __init__(self, name_of: Callable[[str], str]) -> None:
        super().__init__()
        theme.set_role(self, "panel")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("read.page_name"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.title = QLabel()
        theme.set_role(self.title, "title")
        self.title.setWordWrap(True)
        self.summary, self.points, self.fields, self.changes = (ClaimText(name_of) for _ in range(4))
        for text, key in (
            (self.summary, "read.summary"),
            (self.points, "read.points"),
            (self.fields, "read.fields"),
            (self.changes, "read.changes"),
        ):
            text.setAccessibleName(tr(key))
            text.claim_chosen.connect(self.claim_chosen)
            text.citation_chosen.connect(self.citation_chosen)
        self.note = QLabel()
        theme.set_role(self.note, "muted")
        self.note.setWordWrap(True)
        self.others = QComboBox()
        self.others.setAccessibleName(tr("read.compare_name"))
        self.others.setMinimumContentsLength(8)
        self.others.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.compare = QPushButton(tr("read.compare"))
        self.compare.clicked.connect(lambda: self.compare_wanted.emit(str(self.others.currentData() or "")))
        self.condense = QPushButton(tr("read.condense"))
        self.condense.setToolTip(tr("read.condense_tip"))
        theme.set_role(self.condense, "flat")
        self.condense.clicked.connect(self.condense_wanted)
        self.risk = QPushButton(tr("read.risk"))
        self.risk.setToolTip(tr("read.risk_tip"))
        theme.set_role(self.risk, "flat")
        self.risk.clicked.connect(self.risk_wanted)
        self.copy = QPushButton(tr("read.copy_page_short"))
        self.copy.setToolTip(tr("read.copy_page"))
        theme.set_role(self.copy, "flat")
        self.copy.clicked.connect(self.copy_wanted)
        self._lengths = QButtonGroup(self)
        self._build()

    @property
    def length(self) -> Length:
        """The chosen length."""
        return _LENGTHS[max(0, self._lengths.checkedId())]

    def begin(self, title: str, others: Sequence[Any]) -> None:
        """Another document; ``others`` it can be compared with."""
        self.title.setText(title)
        for text in (self.summary, self.points, self.changes):
            text.set_claims(())
        self.note.setText(tr("read.summarising"))
        self.note.show()
        self.others.clear()
        for document in others:
            self.others.addItem(document_name(document), document.id)
        for widget in (self.others, self.compare, self._changes_head, self.changes):
            widget.setVisible(bool(others))
        self.verticalScrollBar().setValue(0)

    def show_summary(self, summary: Summary) -> None:
        """The summary and its key points."""
        self.summary.set_claims([list(summary.sentences)])
        self.points.set_claims([[claim] for claim in summary.points])
        self._points_head.setVisible(bool(summary.points))
        self.note.setText("" if summary.sentences else tr("read.no_summary"))
        self.note.setVisible(not summary.sentences)

    def show_fields(self, fields: Sequence[Field], cell_of: Callable[[Field], Cell | None]) -> None:
        """The fields that were read, a line each."""
        lines = [[claim] for field in fields if (claim := _line(field, cell_of(field)))]
        self.fields.set_claims(lines)
        self._fields_head.setText(tr("read.fields") if lines else tr("read.no_fields"))
        self._fields_head.setVisible(bool(fields))
        self.fields.setVisible(bool(lines))

    def show_changes(self, changes: Sequence[Change]) -> None:
        """What changed, a line each."""
        self.changes.set_claims([[change.claim] for change in changes])

    def told(self) -> list[Told]:
        """What the page says, part by part, empty parts left out."""
        parts = (
            ("read.summary", self.summary),
            ("read.points", self.points),
            ("read.fields", self.fields),
            ("read.changes", self.changes),
        )
        return [Told(tr(key), text.claims) for key, text in parts if text.claims]

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.space(1))
        head.addWidget(_heading(tr("read.summary")), 1)
        for number, length in enumerate(_LENGTHS):
            button = QPushButton(tr(f"read.length.{length}"))
            button.setCheckable(True)
            button.setChecked(number == 0)
            theme.set_role(button, "flat")
            self._lengths.addButton(button, number)
            head.addWidget(button)
        self._lengths.idClicked.connect(lambda number: self.length_chosen.emit(_LENGTHS[number]))
        head.addWidget(self.condense)
        against = QHBoxLayout()
        self._changes_head = _heading(tr("read.changes"))
        against.addWidget(self._changes_head)
        against.addWidget(self.others, 1)
        against.addWidget(self.compare)
        self._points_head, self._fields_head = _heading(tr("read.points")), _heading(tr("read.fields"))
        sheet = QFrame()
        theme.set_role(sheet, "panel")
        column = QVBoxLayout(sheet)
        column.setContentsMargins(theme.space(5), theme.space(4), theme.space(5), theme.space(5))
        column.setSpacing(theme.space(2))
        top = QHBoxLayout()
        top.addWidget(self.title, 1)
        top.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.risk, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(top)
        column.addLayout(head)
        for widget in (self.note, self.summary, self._points_head, self.points, self._fields_head, self.fields):
            column.addWidget(widget)
        column.addLayout(against)
        column.addWidget(self.changes)
        column.addStretch(1)
        self.setWidget(sheet)


def _heading(words: str) -> QLabel:
    label = QLabel(words)
    theme.set_role(label, "heading")
    return label


def _line(field: Field, cell: Cell | None) -> Claim | None:
    if cell is None or cell.status is None or cell.verdict == "rejected":
        return None
    words = value_words(field, cell)
    unit = f" {unit_words(field.unit)}" if field.type == "amount" and field.unit and words[-1:].isdigit() else ""
    sign = "%" if field.type == "percent" and words[-1:].isdigit() else ""
    said = tr("read.field_line", field=field.title, value=f"{words}{sign}{unit}")
    return Claim(said, cell.status, cell.citations[:1])
