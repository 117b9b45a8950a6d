"""The folder a case follows: a strip that says how it stands, and checks at start, on change and by a button."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.models.library import folders
from workbench.views import theme
from workbench.views.desk import Desk
from workbench.views.evidence_list import ElidedLabel
from workbench.views.job_runner import JobHandle, Lane, RunningJob

_PAUSE_MS = 1500
_WATCHED = 512
"""Folders and files watched at most: systems give out few watches, and a button checks the rest."""


class FollowStrip(QFrame):
    """Which folder is followed, what the last check brought, and what can be done."""

    check_wanted = Signal()
    stop_wanted = Signal()
    emptied = Signal()

    def __init__(self) -> None:
        super().__init__()
        theme.set_role(self, "toolbar")
        self.folder = ElidedLabel()
        self.words = ElidedLabel()
        theme.set_role(self.words, "small")
        self.check = self._button("library_pane.check_folder", self.check_wanted)
        self.empty = self._button("library_pane.folder_emptied", self.emptied)
        self.stop = self._button("library_pane.stop_following", self.stop_wanted)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.space(4), theme.space(1), theme.space(2), theme.space(1))
        layout.setSpacing(theme.space(2))
        layout.addWidget(self.folder, 3)
        layout.addWidget(self.words, 5)
        for button in (self.empty, self.check, self.stop):
            layout.addWidget(button)
        self.hide()

    def show_folder(self, folder: Path | None) -> None:
        """Show the followed folder; hide where there is none."""
        self.setVisible(folder is not None)
        self.empty.hide()
        if folder is not None:
            self.folder.setText(tr("library_pane.follows", name=folder.name or str(folder)))
            self.folder.setToolTip(f"{tr('library_pane.follows_name')}\n{folder}")
            self.folder.setAccessibleName(f"{tr('library_pane.follows_name')} {folder}")

    def say(self, words: str, *, emptied: bool = False) -> None:
        """Say how it stands; ``emptied`` asks whether the folder was emptied on purpose."""
        self.words.setText(words)
        self.words.setToolTip(words)
        self.empty.setVisible(emptied)

    def _button(self, key: str, signal: Any) -> QPushButton:
        button = QPushButton(tr(key))
        button.setToolTip(tr(f"{key}_tip"))
        theme.set_role(button, "flat")
        button.clicked.connect(signal)
        return button


class Following(QObject):
    """Follows the open case's folder. The disk is only looked at in jobs."""

    deleted = Signal(list)
    """Ids of documents whose files are gone; they can be restored."""
    arrived = Signal(object)
    """Each result of reading a file."""
    ended = Signal()

    def __init__(self, desk: Desk, strip: FollowStrip, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._strip = strip
        self._case: str | None = None
        self._folder: Path | None = None
        self._job: JobHandle | None = None
        self._again = False
        self._watcher = QFileSystemWatcher(self)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.check)
        self._watcher.directoryChanged.connect(lambda _path: self._pause.start())
        # A folder says nothing of a file that is written to in place.
        self._watcher.fileChanged.connect(lambda _path: self._pause.start())
        strip.check_wanted.connect(self.check)
        strip.stop_wanted.connect(self.stop_following)
        strip.emptied.connect(lambda: self.check(emptied=True))

    @property
    def folder(self) -> Path | None:
        """The followed folder."""
        return self._folder

    @property
    def checking(self) -> bool:
        """Whether the folder is being looked through."""
        return self._job is not None

    def show_case(self, case: str | None) -> None:
        """Follow another case's folder, and look through it at once."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._case = case
        self._again = False
        self._pause.stop()
        self._show(None)
        library = self._desk.library
        if case is not None and library is not None:
            self._desk.job_runner.start(
                Lane.IO,
                lambda _job: (case, folders.followed(library, case)),
                self,
                self._found,
                lambda _error: None,
            )

    def follow(self, folder: Path) -> None:
        """Let the open case follow a folder, and take it in."""
        case, library = self._case, self._desk.library
        if case is None or library is None:
            return
        self._desk.job_runner.start(
            Lane.IO, lambda _job: (case, folders.follow(library, case, folder)), self, self._found, self._desk.warn
        )

    def stop_following(self) -> None:
        """Follow nothing; the documents stay."""
        case, library = self._case, self._desk.library
        if self._job is not None:
            self._job.cancel()
        if case is not None and library is not None:
            self._desk.job_runner.start(Lane.IO, lambda _job: folders.stop_following(library, case), self, saves=True)
        self._show(None)
        self._desk.notify(tr("library_pane.followed_no_more"))

    def check(self, *, emptied: bool = False) -> None:
        """Look through the folder now; while a check runs, once more after it."""
        case, library, importer = self._case, self._desk.library, self._desk.importer
        if case is None or self._folder is None or importer is None:
            return
        if self._job is not None:
            self._again = True
            return
        self._strip.say(tr("library_pane.checking"))
        self._job = self._desk.job_runner.start(
            Lane.IO,
            lambda job: _check(library, importer, case, job, emptied=emptied),
            owner=self,
            on_done=self._checked,
            on_error=self._failed,
            on_event=self.arrived.emit,
            on_progress=self._progressed,
            on_cancel=self._stopped,
            title=tr("library_pane.job_check"),
        )

    def _found(self, found: tuple[str, folders.Followed | None]) -> None:
        case, state = found
        if case == self._case and state is not None:
            self._show(state.folder)
            self.check()

    def _show(self, folder: Path | None) -> None:
        self._folder = folder
        self._strip.show_folder(folder)
        watched = self._watched()
        if watched:
            self._watcher.removePaths(watched)

    def _watched(self) -> list[str]:
        return [*self._watcher.directories(), *self._watcher.files()]

    def _progressed(self, done: int, total: int, name: str) -> None:
        self._strip.say(tr("library_pane.checking_file", done=done, total=total, name=name))

    def _checked(self, result: "_Checked") -> None:
        self._job = None
        if self._folder is None:
            return
        wanted = set(result.watched)
        watched = set(self._watched())
        if watched - wanted:
            self._watcher.removePaths(list(watched - wanted))
        if wanted - watched:
            self._watcher.addPaths(list(wanted - watched))
        self._strip.say(_words(result.synced), emptied=bool(result.synced and result.synced.held_back))
        if result.synced is not None and result.synced.deleted:
            self.deleted.emit(list(result.synced.deleted))
        self.ended.emit()
        self._once_more()

    def _failed(self, error: WorkbenchError) -> None:
        self._job = None
        self._strip.say(f"⚠ {error.message} {error.hint}")
        self._once_more()

    def _stopped(self) -> None:
        self._job = None
        self._again = False
        self._strip.say(tr("library_pane.check_stopped"))
        self.ended.emit()

    def _once_more(self) -> None:
        if self._again:
            self._again = False
            self._pause.start()


class _Checked:
    """What a check brought: what it did, and what to watch. ``changes`` is broadcast by the runner."""

    def __init__(self, synced: Any, watched: Sequence[str]) -> None:
        self.synced = synced
        self.watched = watched
        self.changes = synced.changes if synced is not None else None


def _check(library: Any, importer: Any, case: str, job: RunningJob, *, emptied: bool) -> _Checked:
    from workbench.models.library.following import sync  # noqa: PLC0415 the stores are loaded with a library only

    state = folders.followed(library, case)
    synced = sync(library, importer, case, job, on_result=job.tell, emptied=emptied)
    return _Checked(synced, _watchable(state.folder) if state is not None else [])


def _watchable(folder: Path) -> list[str]:
    """The folders, then as many files as may be watched too."""
    folders_inside: list[str] = []
    files: list[str] = []
    for root, inside, names in os.walk(folder):
        inside[:] = [name for name in inside if not name.startswith(".")]
        folders_inside.append(root)
        files += [str(Path(root, name)) for name in names if not name.startswith((".", "~$"))]
        if len(folders_inside) >= _WATCHED:
            break
    return [*folders_inside, *files[: max(0, _WATCHED - len(folders_inside))]]


def _words(synced: Any) -> str:
    """What a check brought, for people."""
    if synced is None:
        return ""
    if synced.held_back:
        return tr("library_pane.folder_empty", count=synced.held_back)
    difference = synced.difference
    parts = [
        tr(f"library_pane.sync.{name}", count=count)
        for name, count in (
            ("new", max(len(difference.new) - synced.known, 0)),
            ("changed", len(difference.changed)),
            ("renamed", len(difference.renamed)),
            ("moved", len(difference.moved)),
            ("deleted", len(difference.deleted)),
        )
        if count
    ]
    if synced.refused:
        parts.append(tr("library_pane.tally.rejected", count=synced.refused))
    if synced.unread:
        parts.append(tr("library_pane.sync.unread", count=len(synced.unread)))
    said = tr("library_pane.tally.joint").join(parts) if parts else tr("library_pane.sync.nothing")
    return tr("library_pane.checked", time=datetime.now().astimezone().strftime("%H:%M"), words=said)
