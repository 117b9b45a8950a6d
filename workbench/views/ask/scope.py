"""To which documents a question is kept: chips above the question, and a box to choose in."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QDate, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
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
from workbench.views.evidence_list import short_name
from workbench.views.evidence_list.names import document_name
from workbench.views.flow import Flow

_ID = Qt.ItemDataRole.UserRole
_SHOWN = 4


class ScopeBar(QWidget):
    """The chips of what a question is kept to; each takes its part back when clicked."""

    changed = Signal()

    def __init__(self, name_of: Callable[[str], str], documents: Callable[[Callable[[Sequence[Any]], None]], None]):
        """``documents`` fetches the case's documents and hands them on when they have come."""
        super().__init__()
        self._name_of = name_of
        self._documents = documents
        self._filters = Filters()
        self.chips: list[QPushButton] = []
        self.narrow = QPushButton(tr("ask.scope_narrow"))
        self.narrow.setToolTip(tr("ask.scope_narrow_tip"))
        theme.set_role(self.narrow, "flat")
        self.narrow.clicked.connect(self.open)
        self.box: ScopeBox | None = None
        self._row = Flow()
        self._row.show_widgets([self.narrow])
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, theme.space(1))
        across.addWidget(self._row)

    @property
    def filters(self) -> Filters | None:
        """What is chosen; None for all documents."""
        return self._filters or None

    @property
    def words(self) -> str:
        """What is chosen, in words."""
        return tr("ask.comma").join(text for text, _ in self._parts())

    def set_filters(self, filters: Filters) -> None:
        """Keep questions to this from now on."""
        self._filters = filters
        self.chips = []
        for text, left in self._parts():
            chip = QPushButton(f"{text}  ✕")
            theme.set_role(chip, "chip")
            chip.setToolTip(tr("ask.scope_drop", what=text))
            chip.setAccessibleName(tr("ask.scope_drop", what=text))
            chip.clicked.connect(lambda _=False, left=left: self.set_filters(left))
            self.chips.append(chip)
        self._row.show_widgets([*self.chips, self.narrow])
        self.changed.emit()

    def open(self) -> None:
        """Choose documents, kinds of files and dates."""
        self._documents(self._show_box)

    def _show_box(self, documents: Sequence[Any]) -> None:
        self.box = ScopeBox(documents, self._filters, self)
        self.box.chosen.connect(self.set_filters)
        self.box.open()

    def _parts(self) -> list[tuple[str, Filters]]:
        """Each chip's words with the filters left without it."""
        f = self._filters
        without = [tuple(d for d in f.documents if d != one) for one in f.documents]
        if len(f.documents) > _SHOWN:
            parts = [(tr("ask.scope_documents", count=len(f.documents)), _with(f, documents=()))]
        else:
            named = [short_name(self._name_of(d)) for d in f.documents]
            parts = [(name, _with(f, documents=rest)) for name, rest in zip(named, without, strict=True)]
        for one in f.formats:
            parts.append((one.upper(), _with(f, formats=tuple(x for x in f.formats if x != one))))
        if f.since or f.until:
            parts.append(
                (tr("ask.scope_dates", since=f.since or "…", until=f.until or "…"), _with(f, since="", until=""))
            )
        return parts


def _with(filters: Filters, **changed: Any) -> Filters:
    kept = {"documents": filters.documents, "formats": filters.formats, "since": filters.since, "until": filters.until}
    return Filters(**{**kept, **changed})


class ScopeBox(QDialog):
    """A list of the case's documents with a search field, kinds of files, and dates from and to."""

    chosen = Signal(object)

    def __init__(self, documents: Sequence[Any], filters: Filters, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("ask.scope_title"))
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("ask.scope_search"))
        self.search.setAccessibleName(tr("ask.scope_search"))
        self.search.textChanged.connect(self._filter)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("ask.scope_list"))
        for document in documents:
            item = QListWidgetItem(document_name(document))
            item.setData(_ID, document.id)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            checked = document.id in filters.documents
            item.setCheckState(Qt.CheckState.Checked if checked else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.formats = {one: QCheckBox(one.upper()) for one in sorted({d.format for d in documents})}
        for one, check in self.formats.items():
            check.setChecked(one in filters.formats)
        self.since, self.until = (
            self._date("ask.scope_since", filters.since),
            self._date("ask.scope_until", filters.until),
        )
        self.ok = QPushButton(tr("ask.scope_ok"))
        theme.set_role(self.ok, "primary")
        self.ok.setDefault(True)
        self.ok.clicked.connect(self._choose)
        self._build()
        self.resize(460, 480)

    def _build(self) -> None:
        kinds, dates, buttons = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        kinds.addWidget(_small(tr("ask.scope_kinds")))
        for check in self.formats.values():
            kinds.addWidget(check)
        kinds.addStretch(1)
        dates.addWidget(_small(tr("ask.scope_dated")))
        dates.addWidget(self.since)
        dates.addWidget(self.until)
        clear = QPushButton(tr("ask.scope_clear"))
        clear.clicked.connect(self._clear)
        buttons.addWidget(clear)
        buttons.addStretch(1)
        buttons.addWidget(self.ok)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.space(4), theme.space(4), theme.space(4), theme.space(4))
        column.setSpacing(theme.space(2))
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        for row in (kinds, dates, buttons):
            column.addLayout(row)

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
        for row in range(self.list.count()):
            self.list.item(row).setCheckState(Qt.CheckState.Unchecked)
        for check in self.formats.values():
            check.setChecked(False)
        self.since.clear()
        self.until.clear()

    def _choose(self) -> None:
        items = [self.list.item(row) for row in range(self.list.count())]
        documents = tuple(item.data(_ID) for item in items if item.checkState() is Qt.CheckState.Checked)
        formats = tuple(one for one, check in self.formats.items() if check.isChecked())
        since, until = self.since.text().strip(), self.until.text().strip()
        self.chosen.emit(Filters(documents=documents, formats=formats, since=since, until=until))
        self.accept()


def _sound(written: str) -> bool:
    text = written.strip()
    return not text or QDate.fromString(text, "yyyy-MM-dd").isValid()


def _small(text: str) -> QLabel:
    label = QLabel(text)
    theme.set_role(label, "small")
    return label
