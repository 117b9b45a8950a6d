"""财务: a case's statements, ratios, trends, signals, tools, bank flows and credit reports."""

from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.views import theme
from workbench.views.desk import ChangesLike, Command, Desk
from workbench.views.evidence_list import ElidedLabel, StatePage
from workbench.views.finance import pages
from workbench.views.finance.commands import commands_of
from workbench.views.finance.forms import copy_table
from workbench.views.finance.handing import Handing
from workbench.views.finance.material import Material, lacking, read, with_applied
from workbench.views.finance.own import APPLIED, NOTE_KIND, applied_of, own_of
from workbench.views.finance.pages import VIEWS, Holder
from workbench.views.job_runner import JobHandle, Lane

_CALM_MS = 1500


class FinancePane(Holder):
    """Seven views of what one job found in the documents of the open case."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._case: str | None = None
        self._material: Material | None = None
        self._reading: JobHandle | None = None
        self._own: dict[str, dict[str, str]] = {}
        self._stale: set[str] = set()
        self._behind = False
        self.handing = Handing(desk, self)
        self._made: dict[str, Any] = {}
        self.views = QTabBar()
        self.state = StatePage()
        self.standing = ElidedLabel(cut=Qt.TextElideMode.ElideRight)
        self.export = QPushButton(tr("finance_pane.export"))
        self.stack = QStackedWidget()
        self._calm = QTimer(self)
        self._calm.setSingleShot(True)
        self._calm.setInterval(_CALM_MS)
        self._calm.timeout.connect(self.read_again)
        self._filler = QTimer(self)
        self._filler.setInterval(0)
        self._filler.timeout.connect(self._fill_next)
        self._build()
        self._connect()
        self.show_case(None)

    @property
    def material(self) -> Material | None:
        """What is shown."""
        return self._material

    @property
    def has_case(self) -> bool:
        """Whether a case is open."""
        return self._case is not None

    @property
    def busy(self) -> bool:
        """Whether a case is being read or a view still has to be filled."""
        return self._reading is not None or self._filler.isActive()

    @property
    def view(self) -> str:
        """The id of the view chosen."""
        return VIEWS[self.views.currentIndex()]

    def show_case(self, case: str | None) -> None:
        """Another case's finances."""
        self._let_go()
        self._case = case
        self._material = None
        self._stale = set()
        self.standing.setText("")
        self._offer()
        if case is None:
            self.state.say(tr("finance_pane.no_case"), tr("finance_pane.no_case_hint"), [self._to_library()])
            self.stack.setCurrentWidget(self.state)
        elif self._desk.library is not None:
            self._say_reading()
            self.read_again()

    def refresh(self, changes: ChangesLike) -> None:
        """The documents changed: read again once they have come to rest; what is shown stays meanwhile."""
        if self._case is not None and self._case in changes.cases:
            self.standing.setText(tr("finance_pane.stale"))
            self._calm.start()

    def focus_first(self) -> None:
        """Into the shown view, or to the first button."""
        if self.stack.currentWidget() is self.state:
            target: QWidget = next(iter(self.state.buttons), self.views)
            target.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            self._page().focus_first()

    def commands(self) -> Sequence[Command]:
        """The views, handing in, copying, switching what is shown."""
        return commands_of(self)

    def go(self, view: str) -> None:
        """Show a view by its id."""
        self.views.setCurrentIndex(VIEWS.index(view))
        self.focus_first()

    def stop(self) -> None:
        """Stop reading; what was shown stays."""
        if self._reading is not None:
            self._reading.cancel()

    def hand_in(self) -> None:
        """Write the workbook where the user says."""
        self.handing.workbook()

    def copy_whole(self) -> None:
        """The shown table to the clipboard, for a spreadsheet."""
        if self.view == "flows":
            self.flows.copy_whole(self._copied)
        else:
            self._copied(self._page().as_tsv())

    def save_picture(self) -> None:
        """The chart as PNG where the user says."""
        if not self.trends.chart.empty:
            self.handing.picture(self.trends.chart.picture())

    def print_view(self) -> None:
        """The shown view on paper."""
        self.handing.paper(self._page().on_paper())

    def set_applied(self, day: date | None) -> None:
        """Another day of the application: kept with the case, and the signals that look at it are found anew."""
        library, material = self._desk.library, self._material
        if library is None or material is None:
            return

        note = {"day": day.isoformat()} if day else {}
        self._desk.job_runner.start(
            Lane.STORE, lambda _job: library.save_note(material.case, NOTE_KIND, APPLIED, note), owner=self, saves=True
        )
        self._desk.job_runner.start(
            Lane.IO,
            lambda _job: with_applied(material, day),
            owner=self,
            on_done=partial(self._seen_anew, material),
            on_error=self._desk.warn,
        )

    def _seen_anew(self, before: Material, material: Material) -> None:
        if self._material is not before:
            return
        self._material = material
        self._stale |= {"signals", "flows"}
        self._say_counts()
        self._filler.start()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        """A case opened or changed while nobody looked is read now."""
        super().showEvent(event)
        if self._behind:
            self.read_again()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """Where there is little room, the views go before the company's name."""
        super().resizeEvent(event)
        views = self.views.sizeHint().width() + theme.space(12)
        self.export.setText(tr("finance_pane.export"))
        if views + self.export.sizeHint().width() > self.width():
            self.export.setText(tr("finance_pane.export_short"))
        taken = views + self.export.sizeHint().width()
        self.standing.setVisible(self.width() - taken > theme.space(24))

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc stops."""
        if event.key() == Qt.Key.Key_Escape and self._reading is not None:
            self.stop()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        self.views.setDrawBase(False)
        self.views.setUsesScrollButtons(True)
        self.views.setElideMode(Qt.TextElideMode.ElideNone)
        self.views.setExpanding(False)
        self.views.setAccessibleName(tr("finance_pane.views"))
        for number, view in enumerate(VIEWS):
            self.views.addTab(tr(f"finance_pane.view.{view}"))
            self.views.setTabToolTip(number, f"{tr(f'finance_pane.go.{view}')} (Alt+{number + 1})")
        theme.set_role(self.standing, "small")
        self.export.setToolTip(tr("finance_pane.export_tip"))
        self.export.setAccessibleName(tr("finance_pane.export"))
        theme.set_role(self.export, "primary")
        self.export.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        bar = QFrame()
        theme.set_role(bar, "toolbar")
        bar.setFixedHeight(theme.space(11))
        row = QHBoxLayout(bar)
        row.setContentsMargins(theme.space(2), theme.space(1), theme.space(3), theme.space(1))
        row.setSpacing(theme.space(2))
        row.addWidget(self.views)
        row.addWidget(self.standing, 1)
        row.addWidget(self.export)
        self.stack.addWidget(self.state)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(bar)
        column.addWidget(self.stack, 1)

    def _connect(self) -> None:
        self.views.currentChanged.connect(self._show_view)
        self.export.clicked.connect(self.hand_in)
        self.handing.changed.connect(self._offer)

    def page_of(self, view: str) -> Any:
        """A view, made when first wanted."""
        if view in self._made:
            return self._made[view]
        page = pages.make(view, self._desk)
        self._made[view] = page
        theme.set_role(page, "panel")
        self.stack.addWidget(page)
        page.claim_chosen.connect(self._desk.show_claim)
        page.citation_chosen.connect(self._desk.show_source)
        if hasattr(page, "copied"):
            page.copied.connect(self._copied)
        if view == "flows":
            page.applied_typed.connect(self.set_applied)
        if view == "trends":
            page.picture_wanted.connect(self.save_picture)
            page.told.connect(self._desk.notify)
        return page

    def _page(self) -> Any:
        return self.page_of(self.view)

    @property
    def ready(self) -> bool:
        """Whether a view is shown, and not a word about why there is none."""
        return self._material is not None and self.stack.currentWidget() is not self.state

    def _offer(self) -> None:
        self.handing.material = self._material
        self.export.setEnabled(self.handing.possible)

    def _to_library(self) -> tuple[str, Callable[[], None]]:
        return tr("finance_pane.to_library"), lambda: self._desk.go("library")

    def _say_reading(self) -> None:
        self.state.say("", tr("finance_pane.reading"), busy=True)
        self.stack.setCurrentWidget(self.state)

    def _let_go(self) -> None:
        self._calm.stop()
        self._filler.stop()
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def read_again(self) -> None:
        """Read the case once more; what is shown stays meanwhile."""
        library, case = self._desk.library, self._case
        if library is None or case is None:
            return
        if not self.isVisible():
            self._behind = True
            return
        self._behind = False
        self._let_go()
        if self._material is None:
            self._say_reading()

        def work(job: Any) -> tuple[Material, dict[str, dict[str, str]]]:
            pages.load()
            notes = library.notes(case, NOTE_KIND)
            day, material = applied_of(notes), read(library, case, job)
            return with_applied(material, day) if day else material, own_of(notes)

        self._reading = self._desk.job_runner.start(
            Lane.IO,
            work,
            owner=self,
            on_done=self._take,
            on_error=self._not_read,
            on_cancel=self._stopped,
            title=tr("finance_pane.job"),
        )

    def _take(self, found: tuple[Material, dict[str, dict[str, str]]]) -> None:
        self._reading = None
        material, own = found
        if material.case != self._case:
            return
        kept = self.tools.own if self._material is not None and "tools" in self._made else own
        self._material, self._own = material, kept
        company = material.review.finances.company
        self.standing.setText(company)
        self.standing.setToolTip(company)
        self._stale = set(VIEWS)
        self._say_counts()
        self._filler.start()
        self._offer()

    def _not_read(self, error: WorkbenchError) -> None:
        self._reading = None
        self._material = None
        self.standing.setText("")
        self.state.say_error(error, [(tr("finance_pane.try_again"), lambda: self.show_case(self._case))])
        self.stack.setCurrentWidget(self.state)
        self._offer()

    def _stopped(self) -> None:
        self._reading = None
        if self._material is None:
            again = (tr("finance_pane.try_again"), lambda: self.show_case(self._case))
            self.state.say(tr("finance_pane.stopped"), "", [again])
            self.stack.setCurrentWidget(self.state)

    def _say_counts(self) -> None:
        count = len(self._material.review.signals) if self._material else 0
        words = tr("finance_pane.view.signals")
        self.views.setTabText(3, tr("finance_pane.counted", name=words, count=count) if count else words)

    def _show_view(self) -> None:
        """The chosen view, filled if it is not yet."""
        if self._material is None:
            return
        self._fill(self.view)
        lack = lacking(self._material, self.view)
        if lack is None:
            self.stack.setCurrentWidget(self._page())
        else:
            self.state.say(*lack, [self._to_library()])
            self.stack.setCurrentWidget(self.state)

    def _fill_next(self) -> None:
        """One more view, between two turns of the event loop, so that the window stays alive."""
        view = next((v for v in (self.view, *VIEWS) if v in self._stale), None)
        if view is None:
            self._filler.stop()
        elif view not in self._made:
            self.page_of(view)
        else:
            self._fill(view)
            if view == self.view:
                self._show_view()

    def _fill(self, view: str) -> None:
        if view not in self._stale or self._material is None:
            return
        self._stale.discard(view)
        if view == "tools":
            self.tools.show_material(self._material, self._own)
        else:
            self.page_of(view).show_material(self._material)

    def _copied(self, text: str) -> None:
        copy_table(text)
        self._desk.notify(tr("finance_pane.copied", count=f"{max(text.count(chr(10)), 0):,}"))


def create(desk: Desk) -> FinancePane:
    """The pane of this desk."""
    return FinancePane(desk)
