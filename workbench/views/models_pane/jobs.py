"""Jobs of the Models pane: short ones with files, and one long one at a time, told at the pane's foot."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.views.desk import Desk
from workbench.views.job_runner import Lane, RunningJob
from workbench.views.models_pane.busy import BusyBar

Failed = Callable[[WorkbenchError], None]


class PaneJobs:
    """``held`` is told when a long job begins (true) and ends; ``failed`` hears of what nobody else takes."""

    def __init__(self, desk: Desk, owner: QObject, busy: BusyBar, held: Callable[[bool], None], failed: Failed) -> None:
        self._desk = desk
        self._owner = owner
        self._busy = busy
        self._held = held
        self._failed = failed

    @property
    def free(self) -> bool:
        """Whether no long job runs."""
        return self._busy.job is None

    def run(
        self,
        function: Callable[[RunningJob], Any],
        done: Callable[[Any], object],
        failed: Failed | None = None,
    ) -> None:
        """A short job that reads and writes files."""
        self._desk.job_runner.start(
            Lane.IO, function, self._owner, done, failed or self._failed, title=tr("models.job_verify")
        )

    def work(
        self,
        lane: Lane,
        function: Callable[[RunningJob], Any],
        done: Callable[[Any], object],
        title: str,
        failed: Failed | None = None,
        *,
        on_event: Callable[[Any], None] | None = None,
        on_stop: Callable[[], None] = lambda: None,
        in_bytes: bool = False,
    ) -> None:
        """A long job with progress at the foot of the pane; nothing happens while another runs."""
        if not self.free:
            return

        def ended(then: Callable[..., object], *values: object) -> None:
            self._busy.end()
            self._held(False)
            then(*values)

        job = self._desk.job_runner.start(
            lane,
            function,
            self._owner,
            lambda value: ended(done, value),
            lambda error: ended(failed or self._failed, error),
            on_progress=self._busy.show_bytes if in_bytes else self._busy.show_steps,
            on_event=on_event,
            on_cancel=lambda: ended(on_stop),
            title=title,
        )
        self._busy.begin(job, title)
        self._held(True)
