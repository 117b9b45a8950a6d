"""A draft being made in the background: what is begun, written and done, one after the other."""

from collections.abc import Sequence

from PySide6.QtCore import QObject, Signal

from workbench.errors import WorkbenchError
from workbench.i18n import language, tr
from workbench.models.writing import Report, SectionDrafted, SectionStarted, SentenceWritten
from workbench.views.desk import Desk
from workbench.views.job_runner import JobHandle, Lane
from workbench.views.write.draft import Draft


class Drafting(QObject):
    """One draft at a time. ``ended`` comes last, however it ended; ``reported`` before it where all went well."""

    begun = Signal(str)
    """The section the model is at."""
    sentence = Signal(str, str, object)
    """Section, paragraph, claim."""
    drafted = Signal(object)
    reported = Signal(object)
    progressed = Signal(int, int)
    ended = Signal(object)
    """The section left unfinished, or None."""

    def __init__(self, desk: Desk, parent: QObject) -> None:
        super().__init__(parent)
        self._desk = desk
        self._job: JobHandle | None = None
        self.section: str | None = None
        """The section being written."""

    @property
    def running(self) -> bool:
        """Whether a draft is being made."""
        return self._job is not None

    def begin(self, draft: Draft, sections: Sequence[str] | None) -> None:
        """Draft these sections again, or (None) what is not drafted from the present material."""
        writer, case, scenario = self._desk.writer, draft.case, draft.scenario
        self._job = self._desk.job_runner.start(
            Lane.ENGINE,
            lambda job: writer.draft(case, scenario, job, on_event=job.tell, sections=sections),
            owner=self,
            on_done=self._done,
            on_event=self._event,
            on_error=self._failed,
            on_progress=lambda done, total, _: self.progressed.emit(done, total),
            on_cancel=self._end,
            title=tr("write.job", title=scenario.name.of(language())),
        )

    def stop(self) -> None:
        """Stop; finished sections stay."""
        if self._job is not None:
            self._job.cancel()

    def _event(self, event: object) -> None:
        match event:
            case SectionStarted(section):
                self.section = section
                self.begun.emit(section)
            case SentenceWritten(section, paragraph, claim):
                self.sentence.emit(section, paragraph, claim)
            case SectionDrafted(section):
                self.section = None
                self.drafted.emit(section)
            case _:
                return

    def _done(self, report: Report) -> None:
        self.reported.emit(report)
        self._end()

    def _failed(self, error: WorkbenchError) -> None:
        self._desk.warn(error)
        self._end()

    def _end(self) -> None:
        self._job = None
        unfinished, self.section = self.section, None
        self.ended.emit(unfinished)
