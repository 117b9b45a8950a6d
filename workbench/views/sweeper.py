"""Reference cycles are collected on the UI thread only."""

import gc

from PySide6.QtCore import QObject, QTimer

_SWEEP_MS = 20_000
_WHOLE_EVERY = 6


class Sweeper(QObject):
    """While it works, the interpreter collects no cycles by itself.

    A cycle holding a widget that was collected in a worker thread would take the program down: here
    the collection runs between two events of the UI thread.
    """

    def __init__(self) -> None:
        super().__init__()
        self._round = 0
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.sweep)

    def begin(self) -> None:
        """Take the collecting over. What is loaded by now is left alone from then on."""
        gc.collect()
        gc.freeze()
        gc.disable()
        self._timer.start(_SWEEP_MS)

    def sweep(self) -> None:
        """The young generations at each call, everything at every sixth."""
        self._round += 1
        gc.collect(2 if self._round % _WHOLE_EVERY == 0 else 1)

    def stop(self) -> None:
        """Let the interpreter collect as it likes again."""
        self._timer.stop()
        gc.enable()
        gc.unfreeze()
