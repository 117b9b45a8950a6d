"""Calls of a worker from the program's side: waiting, giving way, and starting again after a death."""

import time
from collections.abc import Callable

from workbench.errors import Cancelled
from workbench.inference.client import Call, Reply, WorkerDied
from workbench.inference.faults import crashed, fault_of, invalid_constraint
from workbench.inference.frames import Header
from workbench.inference.host import ModelHost
from workbench.jobs import JobContext, Turn

POLL_S = 0.02
STOP_WITHIN_S = 2.0


class Waiting:
    """Waits for a call's replies, and meanwhile gives way to a better claim and minds the cancel."""

    def __init__(self, host: ModelHost, call: Call, turn: Turn, job: JobContext) -> None:
        self._host = host
        self._call = call
        self._turn = turn
        self._job = job
        self._paused = False
        self._stop_by: float | None = None

    def next(self) -> Reply:
        """The next reply. Raises WorkerDied, and Cancelled when a cancelled worker stays silent."""
        while True:
            if self._job.cancelled:
                self._expect_end()
            elif self._turn.wanted and not self._paused:
                self._paused = True
                self._call.stop("pause")
            reply = self._call.reply(POLL_S)
            if reply is not None:
                return reply

    def last(self, heard: Callable[[Reply], None] | None = None) -> Reply:
        """The last reply, the ones before it handed to ``heard``."""
        while True:
            reply = self.next()
            if reply[0].get("last"):
                return reply
            if heard is not None:
                self._tell(heard, reply)

    def _tell(self, heard: Callable[[Reply], None], reply: Reply) -> None:
        """A listener that fails ends the call: nobody would take the rest."""
        try:
            heard(reply)
        except BaseException:
            self._call.stop("cancel")
            raise

    def _expect_end(self) -> None:
        """A worker that doesn't stop in time is ended: it hangs outside of the computation."""
        now = time.monotonic()
        self._stop_by = self._stop_by or now + STOP_WITHIN_S
        if now > self._stop_by:
            self._host.kill()
            raise Cancelled


def carry_out(
    host: ModelHost,
    turn: Turn,
    job: JobContext,
    make: Callable[[], tuple[Header, bytes]],
    heard: Callable[[Reply], None] | None = None,
) -> Reply:
    """One call to its end, made again after a death. ``make()`` gives its header and payload.

    ``heard`` is told what the worker says on the way. Raises EngineError kinds, Cancelled.
    """
    while True:
        job.check()
        header, payload = make()
        try:
            call = host.worker().call(header, payload)
            with job.on_cancel(lambda call=call: call.stop("cancel")):  # type: ignore[misc]
                reply = Waiting(host, call, turn, job).last(heard)
        except WorkerDied as death:
            mind_death(host, death)
            continue
        job.check()
        if "error" in reply[0]:
            raise fault_of(reply[0])
        host.note_done()
        return reply


def mind_death(host: ModelHost, death: WorkerDied) -> None:
    """Return when another attempt is worth it. Raises InvalidConstraint for a deadly grammar, EngineCrashed."""
    if death.during == "constraint":
        raise invalid_constraint(death.detail) from death
    if not host.note_death():
        raise crashed(death.detail) from death
