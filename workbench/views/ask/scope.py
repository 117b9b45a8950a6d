"""To which documents a question is kept, and in which cases it is asked besides: chips above the question."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from workbench.i18n import tr
from workbench.models.retrieval.filters import Filters
from workbench.views import theme
from workbench.views.ask.scope_box import Offered, ScopeBox
from workbench.views.evidence_list import short_name
from workbench.views.flow import Flow

_SHOWN = 4


class ScopeBar(QWidget):
    """The chips of what a question is kept to; each takes its part back when clicked."""

    changed = Signal()

    def __init__(self, name_of: Callable[[str], str], offered: Callable[[Callable[[Offered], None]], None]):
        """``offered`` fetches what can be chosen and hands it on when it has come."""
        super().__init__()
        self._name_of = name_of
        self._offered = offered
        self._filters = Filters()
        self._cases: dict[str, str] = {}
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
        whole = [tr("ask.scope_this")] if self._filters.cases and not self._filters.narrow else []
        return tr("ask.comma").join([*whole, *(text for text, _ in self._parts())])

    def set_filters(self, filters: Filters) -> None:
        """Keep questions to this from now on."""
        self._filters = filters
        self.chips = []
        for text, left in self._parts():
            chip = QPushButton(f"{text}  ✕")
            theme.set_role(chip, "chip")
            chip.setToolTip(tr("ask.scope_drop", what=text))
            chip.setAccessibleName(tr("ask.scope_drop", what=text))
            chip.clicked.connect(partial(self._keep, left))
            self.chips.append(chip)
        self._row.show_widgets([*self.chips, self.narrow])
        self.changed.emit()

    def _keep(self, left: Filters, _clicked: bool = False) -> None:
        self.set_filters(left)

    def open(self) -> None:
        """Choose documents, kinds of files, companies, dates, norms in force, and further cases."""
        self._offered(self._show_box)

    def _show_box(self, offered: Offered) -> None:
        self._cases = {case.id: case.name for case in offered.cases}
        self.box = ScopeBox(offered, self._filters, self)
        self.box.chosen.connect(self.set_filters)
        self.box.open()

    def _parts(self) -> list[tuple[str, Filters]]:
        """Each chip's words with the filters left without it."""
        f = self._filters
        parts = [
            (tr("ask.scope_also", case=self._cases.get(one, "")), replace(f, cases=_without(f.cases, one)))
            for one in f.cases
        ]
        if len(f.documents) > _SHOWN:
            parts.append((tr("ask.scope_documents", count=len(f.documents)), replace(f, documents=())))
        else:
            parts += [
                (short_name(self._name_of(one)), replace(f, documents=_without(f.documents, one)))
                for one in f.documents
            ]
        parts += [(one.upper(), replace(f, formats=_without(f.formats, one))) for one in f.formats]
        parts += [(one, replace(f, companies=_without(f.companies, one))) for one in f.companies]
        if f.in_force is not None:
            words = tr("ask.scope_in_force" if f.in_force else "ask.scope_ended")
            parts.append((words, replace(f, in_force=None)))
        if f.since or f.until:
            words = tr("ask.scope_dates", since=f.since or "…", until=f.until or "…")
            parts.append((words, replace(f, since="", until="")))
        return parts


def _without(chosen: Sequence[str], one: str) -> tuple[str, ...]:
    return tuple(x for x in chosen if x != one)
