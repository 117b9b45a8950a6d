"""Suites asked of models one after the other, as a job."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from workbench.jobs import ComputeArbiter
from workbench.models.measuring import Contestant, Keeping, Measurement, Part, Record, Stable, Suite, measure
from workbench.models.measuring.telling import public
from workbench.models.measuring.workplace import ImporterOf
from workbench.views.job_runner import RunningJob

Finished = tuple[Measurement, dict[str, Record]]
"""A measurement with its questions by their ids."""
_BLIND = frozenset({Part.ANSWERS, Part.REFUSALS, Part.CITATIONS})


@dataclass(frozen=True, slots=True)
class Run:
    """Each measurement keeps what it did, however it ends.

    ``blind``: what is compared without names leaves its figures nowhere, and only what is answered is asked.
    """

    work: Sequence[tuple[Suite, Contestant]]
    stable: Stable
    keeping: Keeping
    arbiter: ComputeArbiter
    library: Any
    registry: Any
    importer: ImporterOf
    blind: bool = False

    def __call__(self, job: RunningJob) -> list[Finished]:
        """Measure. Raises WorkbenchError kinds, Cancelled."""
        finished = []
        for suite, contestant in self.work:
            made = measure(
                suite,
                contestant,
                self.stable,
                self.keeping,
                job,
                arbiter=self.arbiter,
                library=self.library,
                parts=_BLIND if self.blind else frozenset(Part),
                tell=job.tell,
                importer=self.importer,
            )
            if not self.blind:
                self._note(made)
            finished.append((made, self.keeping.records(made.id)))
        return finished

    def _note(self, made: Measurement) -> None:
        """Figures, and no words, beside each model that had a part in it."""
        for model in filter(None, (made.chat, made.embedding)):
            self.registry.note_result(model, "evaluations", public(made))
