"""The box in which is chosen where a question is looked for."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from workbench.i18n import tr
from workbench.models.retrieval.filters import Filters
from workbench.views import theme
from workbench.views.evidence_list.names import document_name

_ID = Qt.ItemDataRole.UserRole
_ON, _OFF = Qt.CheckState.Checked, Qt.CheckState.Unchecked
_CASES_HEIGHT = 22


class Offered(NamedTuple):
    """What can be chosen: documents of the case, and the other cases of the library."""

    documents: Sequence[Any]
    cases: Sequence[Any] = ()


class ScopeBox(QDialog):
    """Documents with a search field, kinds of files, a company, dates, norms in force, and further cases.

    Of companies, norms and cases only what there is to choose from is shown.
    """

    chosen = Signal(object)

    def __init__(self, offered: Offered, filters: Filters, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("ask.scope_title"))
        documents = offered.documents
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("ask.scope_search"))
        self.search.setAccessibleName(tr("ask.scope_search"))
        self.search.textChanged.connect(self._filter)
        self.list = _checklist("ask.scope_list", [(d.id, document_name(d)) for d in documents], filters.documents)
        self.cases = _checklist("ask.scope_cases", [(c.id, c.name) for c in offered.cases], filters.cases)
        self.cases.setMaximumHeight(theme.space(_CASES_HEIGHT))
        self.formats = {one: QCheckBox(one.upper()) for one in sorted({d.format for d in documents})}
        for one, check in self.formats.items():
            check.setChecked(one in filters.formats)
        companies = sorted({name for d in documents if (name := d.properties.get("company", ""))})
        self.company = _choice("ask.scope_company", [(tr("ask.scope_any"), ""), *((c, c) for c in companies)])
        self.company.setCurrentIndex(max(0, self.company.findData(next(iter(filters.companies), ""))))
        self.norms = _choice(
            "ask.scope_norms",
            [(tr("ask.scope_any"), None), (tr("ask.scope_in_force"), True), (tr("ask.scope_ended"), False)],
        )
        self.norms.setCurrentIndex({None: 0, True: 1, False: 2}[filters.in_force])
        self._has_norms = any(d.properties.get("law") for d in documents) or filters.in_force is not None
        self.since = self._date("ask.scope_since", filters.since)
        self.until = self._date("ask.scope_until", filters.until)
        self.ok = QPushButton(tr("ask.scope_ok"))
        theme.set_role(self.ok, "primary")
        self.ok.setDefault(True)
        self.ok.clicked.connect(self._choose)
        self._build()
        self.resize(460, 520)

    def _build(self) -> None:
        clear = QPushButton(tr("ask.scope_clear"))
        clear.clicked.connect(self._clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(4), theme.space(4), theme.space(4), theme.space(4))
        column.setSpacing(theme.space(2))
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        if self.cases.count():
            column.addWidget(_small("ask.scope_cases"))
            column.addWidget(self.cases)
        column.addLayout(_row(_small("ask.scope_kinds"), *self.formats.values(), None))
        # Two companies have two entries, besides the one for all.
        for key, field, shown in (
            ("ask.scope_company", self.company, self.company.count() > 1 + 1),
            ("ask.scope_norms", self.norms, self._has_norms),
        ):
            if shown:
                column.addLayout(_row(_small(key), field, None))
        column.addLayout(_row(_small("ask.scope_dated"), self.since, self.until))
        column.addLayout(_row(clear, None, self.ok))

    def _date(self, key: str, value: str) -> QLineEdit:
        field = QLineEdit(value)
        field.setPlaceholderText(tr(key))
        field.setAccessibleName(tr(key))
        field.setMaxLength(10)
        field.textChanged.connect(self._check)
        return field

    def _check(self) -> None:
        self.ok.setEnabled(all(_sound(field.text()) for field in (self.since, self.until)))

    def _filter(self, words: str) -> None:
        for row in range(self.list.count()):
            item = self.list.item(row)
            item.setHidden(words.casefold() not in item.text().casefold())

    def _clear(self) -> None:
        for shown in (self.list, self.cases):
            for row in range(shown.count()):
                shown.item(row).setCheckState(_OFF)
        for check in self.formats.values():
            check.setChecked(False)
        self.company.setCurrentIndex(0)
        self.norms.setCurrentIndex(0)
        self.since.clear()
        self.until.clear()

    def _choose(self) -> None:
        company = self.company.currentData()
        self.chosen.emit(
            Filters(
                documents=_checked(self.list),
                formats=tuple(one for one, check in self.formats.items() if check.isChecked()),
                companies=(company,) if company else (),
                since=self.since.text().strip(),
                until=self.until.text().strip(),
                in_force=self.norms.currentData(),
                cases=_checked(self.cases),
            )
        )
        self.accept()


def _checklist(key: str, rows: Sequence[tuple[str, str]], checked: Sequence[str]) -> QListWidget:
    shown = QListWidget()
    shown.setAccessibleName(tr(key))
    for one, words in rows:
        item = QListWidgetItem(words)
        item.setData(_ID, one)
        item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
        item.setCheckState(_ON if one in checked else _OFF)
        shown.addItem(item)
    return shown


def _checked(shown: QListWidget) -> tuple[str, ...]:
    items = [shown.item(row) for row in range(shown.count())]
    return tuple(item.data(_ID) for item in items if item.checkState() is _ON)


def _choice(key: str, entries: Sequence[tuple[str, object]]) -> QComboBox:
    field = QComboBox()
    field.setAccessibleName(tr(key))
    field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    field.setMinimumContentsLength(16)
    for words, value in entries:
        field.addItem(words, value)
    return field


def _row(*parts: QWidget | None) -> QHBoxLayout:
    """Side by side; None is room between."""
    across = QHBoxLayout()
    for part in parts:
        if part is None:
            across.addStretch(1)
        else:
            across.addWidget(part)
    return across


def _sound(written: str) -> bool:
    text = written.strip()
    return not text or QDate.fromString(text, "yyyy-MM-dd").isValid()


def _small(key: str) -> QLabel:
    label = QLabel(tr(key))
    theme.set_role(label, "small")
    return label
