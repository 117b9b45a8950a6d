"""Which fields the grid has: those of a set, or the questions typed in."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from workbench.errors import WorkbenchError
from workbench.models.extracting import Field, FieldSet, field_set
from workbench.views.desk import Desk
from workbench.views.job_runner import Lane
from workbench.views.read import work
from workbench.views.read.bar import QUESTIONS
from workbench.views.read.questions_box import QuestionsBox


class FieldChoice(QObject):
    """``fields`` are None while the questions make none; ``changed`` is called when other questions were taken."""

    def __init__(self, desk: Desk, box: QuestionsBox, owner: QObject, changed: Callable[[FieldSet], None]) -> None:
        super().__init__(owner)
        self._desk = desk
        self._box = box
        self._changed = changed
        self.fields: FieldSet | None = None

    @property
    def all(self) -> tuple[Field, ...]:
        """The fields, none for no set."""
        return self.fields.fields if self.fields else ()

    def choose(self, chosen: str) -> None:
        """Take the set of this id, or the questions as they are."""
        self._box.setVisible(chosen == QUESTIONS)
        if chosen != QUESTIONS:
            self.fields = field_set(chosen)
            return
        try:
            self._take(self._box.fields())
        except WorkbenchError:
            self.fields = None

    def take_questions(self, case: str | None) -> bool:
        """Read the typed questions and keep them with the case; a warning and false where they make no fields."""
        try:
            fields = self._box.fields()
        except WorkbenchError as error:
            self._desk.warn(error)
            return False
        self._take(fields)
        library, lines = self._desk.library, self._box.lines
        if library is not None and case is not None:
            self._desk.job_runner.start(
                Lane.STORE,
                lambda _job: work.save_questions(library, case, lines),
                owner=self,
                on_done=lambda _done: None,
                saves=True,
            )
        return True

    def field(self, field_id: str) -> Field | None:
        """A field by its id."""
        return self.fields.field(field_id) if self.fields else None

    def _take(self, fields: FieldSet) -> None:
        if self.fields is None or [f.id for f in self.fields.fields] != [f.id for f in fields.fields]:
            self.fields = fields
            self._changed(fields)
