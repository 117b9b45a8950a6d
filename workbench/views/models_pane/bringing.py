"""Bringing models in: files, folders, what is dropped; what a single file doesn't say is asked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from workbench.errors import WorkbenchError
from workbench.i18n import tr
from workbench.inference.api import Role
from workbench.inference.bench import ModelBench
from workbench.inference.fit import Verdict
from workbench.inference.guess import RoleUnclear, TemplateUnclear
from workbench.inference.registry import Brought, Refused
from workbench.inference.telling import fit_words
from workbench.jobs import JobContext
from workbench.views.job_runner import Lane
from workbench.views.models_pane.jobs import Failed, PaneJobs
from workbench.views.models_pane.outcomes import OutcomeCard, outcome_words
from workbench.views.models_pane.page import ModelsPage
from workbench.views.models_pane.questions import RoleChoice, SizeChoice, TemplateChoice
from workbench.views.models_pane.shelf import RegistryLike

Outcomes = list[Brought | Refused]


@dataclass(frozen=True, slots=True)
class Said:
    """What the user has said of a file: its role, its chat template, that it may be too big for the machine."""

    role: Role | None = None
    template: str | None = None
    big: bool = False


class Bringing:
    """``done`` hears what came of an import in words, ``failed`` of what nobody could ask about."""

    def __init__(
        self,
        registry: RegistryLike | None,
        bench: ModelBench | None,
        jobs: PaneJobs,
        page: ModelsPage,
        *,
        done: Callable[[str], None],
        failed: Failed,
    ) -> None:
        self._registry = registry
        self._bench = bench
        self._jobs = jobs
        self._page = page
        self._done = done
        self._failed = failed

    def choose_file(self, over: QWidget, role: str = "") -> None:
        """Ask for GGUF files and import them."""
        names, _ = QFileDialog.getOpenFileNames(over, tr("models.import"), "", tr("models.file_filter"))
        if names:
            self.bring([Path(name) for name in names], Said(Role(role) if role else None))

    def choose_folder(self, over: QWidget) -> None:
        """Ask for a folder and import every model in it."""
        name = QFileDialog.getExistingDirectory(over, tr("models.import_folder"))
        if name:
            self.bring([Path(name)])

    def bring(self, paths: Sequence[Path], said: Said | None = None) -> None:
        """Copy models into the registry, files and whole folders; one file that can't be read is an error,
        of several each is told. What a single file doesn't say is asked, and so is one too big for the machine.
        """
        registry, said = self._registry, said or Said()
        if registry is None or not paths:
            return
        alone = paths[0] if len(paths) == 1 and not paths[0].is_dir() else None

        def copy(job: JobContext) -> Outcomes | str:
            if alone is None:
                return _bring_each(registry, paths, job)
            too_big = "" if said.big else self._too_big(alone, said.role)
            return too_big or [registry.bring(alone, said.role, job, said.template)]

        def over(found: Outcomes | str) -> None:
            if isinstance(found, str):
                self._page.question(SizeChoice(found), lambda _: self.bring(paths, replace(said, big=True)))
            else:
                self._tell(found)

        self._jobs.work(
            Lane.IO, copy, over, tr("models.job_import"), lambda error: self._ask(alone, said, error), in_bytes=True
        )

    def _too_big(self, path: Path, role: Role | None) -> str:
        """How much memory a file would want where this machine has less; nothing where it fits or can't be told."""
        try:
            look = self._bench.look(path, role) if self._bench is not None else None
        except WorkbenchError:
            return ""
        too_big = look is not None and look.fit is not None and look.fit.verdict is Verdict.TOO_BIG
        return f"{look.name}\n{fit_words(look.fit)}" if look and look.fit and too_big else ""

    def _ask(self, file: Path | None, said: Said, error: WorkbenchError) -> None:
        if file is not None and isinstance(error, RoleUnclear):
            choice = RoleChoice(file.name)
            self._page.question(choice, lambda role: self.bring([file], replace(said, role=Role(role))))
        elif file is not None and isinstance(error, TemplateUnclear):
            self._page.question(
                TemplateChoice(file.name), lambda picked: self.bring([file], replace(said, template=picked))
            )
        else:
            self._failed(error)

    def _tell(self, outcomes: Outcomes) -> None:
        if len(outcomes) == 1 and not isinstance(outcomes[0], Refused):
            self._done(outcome_words(outcomes[0]))
            return
        card = OutcomeCard(outcomes)
        card.closed.connect(card.deleteLater)
        self._page.ask(card, card.buttons["close"])
        self._done(tr("models.outcome", good=sum(isinstance(o, Brought) for o in outcomes), all=len(outcomes)))


def droppable(names: Sequence[str]) -> list[Path]:
    """Model files and folders among what is dragged."""
    return [Path(name) for name in names if name and (name.lower().endswith(".gguf") or Path(name).is_dir())]


def _bring_each(registry: RegistryLike, paths: Sequence[Path], job: JobContext) -> Outcomes:
    """Several files and folders, each with what became of it."""
    outcomes: Outcomes = []
    for path in paths:
        try:
            outcomes.extend(registry.bring_all(path, job) if path.is_dir() else [registry.bring(path, None, job)])
        except WorkbenchError as error:
            outcomes.append(Refused(path, error))
    return outcomes
