"""What a pane is given, and what the window asks of a pane.

A pane package exports one function::

    def create(desk: Desk) -> QWidget: ...

and the widget it returns is a :class:`Pane`::

    class AskPane(QWidget):
        def __init__(self, desk: Desk) -> None:
            super().__init__()
            self._desk = desk

        def show_case(self, case: str | None) -> None:      # another case, or none: begin afresh
        def refresh(self, changes: ChangesLike) -> None:    # something in the library changed
        def focus_first(self) -> None:                      # put the keyboard where work begins
        def commands(self) -> Sequence[Command]:            # for the palette and the shortcuts
            return [Command("ask.command.new", "Ctrl+N", self._new_talk)]

A pane is made when first shown. Inside it::

    desk.job_runner.start(Lane.ENGINE, …)        # everything that takes longer than a blink
    desk.show_source(citation)                   # opens the page right of the work, words highlighted
    desk.show_claim(claim)                       # lists what proves a sentence or cell below it
    desk.show_document(document_id)              # opens a document without a place
    desk.notify(tr("ask.copied"))                # a word in the status bar, gone by itself
    desk.warn(error)                             # a banner with hint and "copy details"
    desk.go("library")                           # shows another pane
    desk.indexing.begin()                        # vectors for what is new, in the background
    desk.case                                    # id of the open case, or None
    desk.settings.now.evidence_budget            # settings in use

The source pane (``views.source``) and the evidence list (``views.evidence_list``) export ``create``
too; their widgets are :class:`SourceView` and :class:`EvidenceView`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from workbench.errors import WorkbenchError
from workbench.jobs import ComputeArbiter
from workbench.models.evidence import Citation, Claim
from workbench.settings import SettingsKeeper
from workbench.views.indexing import Indexing
from workbench.views.job_runner import ChangesLike, JobRunner

if TYPE_CHECKING:
    from workbench.inference.api import Engine

__all__ = [
    "ChangesLike",
    "Command",
    "Desk",
    "EvidenceView",
    "Pane",
    "PaneKind",
    "SourceView",
    "Stage",
]


@dataclass(frozen=True, slots=True)
class Command:
    """Something the user can do, by name in the palette and by shortcut.

    ``name_key`` is translated. The window installs ``shortcut`` (``Ctrl+N``; "" for none) while the
    pane is shown, so a pane makes no QShortcut for it. ``enabled`` is asked when the palette opens.
    """

    name_key: str
    shortcut: str
    run: Callable[[], object]
    enabled: Callable[[], bool] = field(default=lambda: True)


class Pane(Protocol):
    """What the window asks of a pane's widget."""

    def show_case(self, case: str | None) -> None:
        """Show this case's things; None when there is no case."""
        ...

    def refresh(self, changes: ChangesLike) -> None:
        """Cases and documents named in ``changes`` are new, changed or gone."""
        ...

    def focus_first(self) -> None:
        """Take the keyboard where work begins."""
        ...

    def commands(self) -> Sequence[Command]:
        """What can be done here."""
        ...


class SourceView(Protocol):
    """The viewer right of the work."""

    def show_citation(self, citation: Citation) -> None:
        """Open the document at the place, its words highlighted."""
        ...

    def show_document(self, document: str) -> None:
        """Open a document (its id) at its beginning, or where it was left."""
        ...

    def show_case(self, case: str | None) -> None:
        """Another case is open: let go of the old one's documents."""
        ...

    def focus_first(self) -> None:
        """Take the keyboard."""
        ...

    def commands(self) -> Sequence[Command]:
        """What can be done here (find, zoom, next place)."""
        ...


class EvidenceView(Protocol):
    """The list below the source: what proves the selected sentence or cell."""

    def show_claim(self, claim: Claim | None) -> None:
        """List a claim's citations and computation; None empties the list."""
        ...

    def focus_first(self) -> None:
        """Take the keyboard."""
        ...


@dataclass(frozen=True, slots=True)
class PaneKind:
    """A pane of the rail. ``module`` exports ``create(desk)`` and is imported when first shown."""

    id: str
    title_key: str
    icon: str
    module: str
    bottom: bool = False


class Stage(Protocol):
    """What panes may ask of the window; see :class:`Desk` for the words."""

    def show_source(self, citation: Citation) -> None: ...

    def show_document(self, document: str) -> None: ...

    def show_claim(self, claim: Claim | None) -> None: ...

    def notify(self, text: str) -> None: ...

    def warn(self, error: WorkbenchError) -> None: ...

    def go(self, pane: str) -> None: ...

    def open_case(self, case: str | None) -> None: ...

    @property
    def case(self) -> str | None: ...


class _EmptyStage:
    """Stands in until the window is there, so that a pane can be made alone (in a test)."""

    case: str | None = None

    def show_source(self, citation: Citation) -> None:
        """Nowhere to show it."""

    def show_document(self, document: str) -> None:
        """Nowhere to show it."""

    def show_claim(self, claim: Claim | None) -> None:
        """Nowhere to show it."""

    def notify(self, text: str) -> None:
        """Nobody to tell."""

    def warn(self, error: WorkbenchError) -> None:
        """Nobody to tell."""

    def go(self, pane: str) -> None:
        """Nowhere to go."""

    def open_case(self, case: str | None) -> None:
        """Remember it."""
        self.case = case


@dataclass(frozen=True)
class Desk:
    """All services of an unlocked library, and the window's ear. Made once, given to every pane.

    ``library``, ``importer``, ``retriever``, ``asker``, ``writer`` and ``registry`` are the objects of
    ``workbench.models`` and ``workbench.inference``; a pane types them by a Protocol of what it uses.
    None stands where a service is missing (tests, a machine without models).
    """

    home: Path
    models_dir: Path
    settings: SettingsKeeper
    job_runner: JobRunner
    library: Any = None
    importer: Any = None
    retriever: Any = None
    asker: Any = None
    writer: Any = None
    engine: "Engine | None" = None
    registry: Any = None
    arbiter: ComputeArbiter | None = None
    vault: Any = None
    _stage: list[Stage] = field(default_factory=lambda: [_EmptyStage()], repr=False)
    _indexing: list[Indexing] = field(default_factory=list, repr=False)

    @property
    def indexing(self) -> Indexing:
        """What gives new text its vectors; for the UI thread."""
        if not self._indexing:
            self._indexing.append(Indexing(self.job_runner, self.importer))
        return self._indexing[0]

    def set_stage(self, stage: Stage) -> None:
        """The window takes its place; called once by the window."""
        self._stage[0] = stage

    @property
    def case(self) -> str | None:
        """Id of the open case."""
        return self._stage[0].case

    def open_case(self, case: str | None) -> None:
        """Open another case in the whole window."""
        self._stage[0].open_case(case)

    def show_source(self, citation: Citation) -> None:
        """Open a citation's document at its place, right of the work."""
        self._stage[0].show_source(citation)

    def show_document(self, document: str) -> None:
        """Open a document by its id."""
        self._stage[0].show_document(document)

    def show_claim(self, claim: Claim | None) -> None:
        """List what proves a claim, below the source; None empties the list."""
        self._stage[0].show_claim(claim)

    def notify(self, text: str) -> None:
        """Say something small and passing in the status bar."""
        self._stage[0].notify(text)

    def warn(self, error: WorkbenchError) -> None:
        """Show an error above the pane, with its hint and details to copy."""
        self._stage[0].warn(error)

    def go(self, pane: str) -> None:
        """Show another pane by its id: library, ask, write, models, settings."""
        self._stage[0].go(pane)
