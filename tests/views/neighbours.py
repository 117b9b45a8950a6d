"""How much of the processor other programs took: a gap they caused says nothing about ours."""

import os
from pathlib import Path

_STAT = Path("/proc/stat")


class Neighbours:
    """Watches from when it is made; ``share`` is what others have taken of all processors since (0 where unknown)."""

    def __init__(self):
        self._begun = _taken()

    @property
    def share(self):
        if self._begun is None:
            return 0.0
        total, busy, ours = (now - then for now, then in zip(_taken(), self._begun, strict=True))
        return max(0.0, busy - ours) / total if total > 0 else 0.0


def _taken():
    """Ticks of all processors, those at work, and those our own processes have taken; None without ``/proc``."""
    if not _STAT.exists():
        return None
    fields = [int(value) for value in _STAT.read_text(encoding="ascii").splitlines()[0].split()[1:9]]
    idle = fields[3] + fields[4]
    return sum(fields), sum(fields) - idle, _ours()


def _ours():
    parents, ticks = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            after = path.read_text(encoding="utf-8", errors="replace").rsplit(")", 1)[1].split()
        except (OSError, IndexError):
            continue
        number = int(path.parent.name)
        parents[number] = int(after[1])
        # Own time and that of children which have ended.
        ticks[number] = sum(int(value) for value in after[11:15])
    return sum(spent for number, spent in ticks.items() if _descends(number, parents))


def _descends(number, parents):
    while number > 1:
        if number == os.getpid():
            return True
        number = parents.get(number, 0)
    return False
