"""A folder that a case follows: what is new, changed, moved or deleted in it is told apart by content.

What was seen at the last check is kept as a note of the case. A folder that can't be reached, or a part
of it that can't be read, is no deletion; nor is one that is suddenly empty until the user says so.
"""

import os
import stat
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from workbench.errors import LibraryError
from workbench.i18n import tr
from workbench.jobs import JobContext
from workbench.models.library.walking import shown

KIND = "folder"
"""Kind of the note that keeps what a case follows."""
_KEY = "followed"
_SETTLED_NS = 2_000_000_000
"""A file written this shortly before a check may change again within its time stamp: it is hashed next time."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A file as last seen: path inside the folder (``/`` between), keyed hash of its content, size and time.

    ``changed`` is the time of the last change in nanoseconds; 0 says: don't trust it, look inside.
    """

    path: str
    mac: str
    size: int
    changed: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of a folder between two checks; pairs are (before, after)."""

    same: tuple[Seen, ...] = ()
    new: tuple[Seen, ...] = ()
    changed: tuple[tuple[Seen, Seen], ...] = ()
    renamed: tuple[tuple[Seen, Seen], ...] = ()
    moved: tuple[tuple[Seen, Seen], ...] = ()
    deleted: tuple[Seen, ...] = ()

    @property
    def nothing(self) -> bool:
        """Whether nothing happened."""
        return not (self.new or self.changed or self.renamed or self.moved or self.deleted)


@dataclass(frozen=True, slots=True)
class Scan:
    """A folder as it is: its files, and the paths (files, folders) that could not be read."""

    files: tuple[Seen, ...]
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Followed:
    """The folder of a case, what was seen in it, and when (ISO 8601, UTC; empty before the first check)."""

    folder: Path
    files: tuple[Seen, ...] = field(default=(), repr=False)
    checked: str = ""


def compare(before: Iterable[Seen], after: Iterable[Seen]) -> Difference:
    """Tell apart what happened. Content comes first: a citation goes where its words went.

    Same path and content: the same. Else content seen before at a path that no longer has it: renamed
    (in its folder) or moved. Else same path: changed. The rest is new, or deleted.
    """
    old, fresh = {s.path: s for s in before}, {s.path: s for s in after}
    same = tuple(s for s in fresh.values() if s.path in old and old[s.path].mac == s.mac)
    for seen in same:
        del old[seen.path]
        del fresh[seen.path]
    renamed: list[tuple[Seen, Seen]] = []
    moved: list[tuple[Seen, Seen]] = []
    for was, now in _pairs(old, fresh):
        (renamed if _folder(was) == _folder(now) else moved).append((was, now))
        del old[was.path]
        del fresh[now.path]
    changed = tuple((old.pop(path), fresh.pop(path)) for path in [p for p in fresh if p in old])
    return Difference(same, tuple(fresh.values()), changed, tuple(renamed), tuple(moved), tuple(old.values()))


def scan(folder: Path, known: Sequence[Seen], mac_of: Callable[[Path], bytes], job: JobContext) -> Scan:
    """Look through a folder; files of known size and time are not read again.

    Raises LibraryError where the folder itself can't be reached; Cancelled.
    """
    begun = time.time_ns()
    before = {seen.path: seen for seen in known}
    found, unread = _listed(folder)
    files = []
    for count, (path, status) in enumerate(found):
        job.check()
        job.progress(count, len(found), path.name)
        name = path.relative_to(folder).as_posix()
        was = before.get(name)
        if was is not None and (was.size, was.changed) == (status.st_size, status.st_mtime_ns):
            files.append(was)
            continue
        try:
            mac = mac_of(path).hex()
        except OSError:
            unread.append(name)
            continue
        settled = status.st_mtime_ns < begun - _SETTLED_NS
        files.append(Seen(name, mac, status.st_size, status.st_mtime_ns if settled else 0))
    job.progress(len(found), len(found))
    return Scan(tuple(files), tuple(unread))


def spared(known: Iterable[Seen], unread: Sequence[str]) -> tuple[Seen, ...]:
    """Those of the known files that lie in, or are, what could not be read: not gone, only not seen."""
    places = [PurePosixPath(place) for place in unread]
    return tuple(s for s in known if any(PurePosixPath(s.path).is_relative_to(place) for place in places))


def followed(library: Any, case_id: str) -> Followed | None:
    """What a case follows; None where it follows nothing."""
    value = library.notes(case_id, KIND).get(_KEY)
    if value is None:
        return None
    files = tuple(Seen(str(p), str(m), int(s), int(c)) for p, m, s, c in value.get("files", ()))
    return Followed(Path(value["folder"]), files, str(value.get("checked", "")))


def follow(library: Any, case_id: str, folder: Path) -> Followed:
    """Let a case follow a folder, in place of the one before; documents that are in stay in.

    Raises LibraryError where the folder can't be reached.
    """
    made = Followed(folder.absolute())
    _listed(made.folder)
    before = followed(library, case_id)
    if before is not None and before.folder == made.folder:
        return before
    save(library, case_id, made)
    return made


def stop_following(library: Any, case_id: str) -> None:
    """Follow nothing; documents that are in stay in."""
    library.delete_note(case_id, KIND, _KEY)


def save(library: Any, case_id: str, state: Followed) -> None:
    """Keep what was seen."""
    files = [[s.path, s.mac, s.size, s.changed] for s in state.files]
    library.save_note(case_id, KIND, _KEY, {"folder": str(state.folder), "files": files, "checked": state.checked})


def time_of_check() -> str:
    """The time as kept: ISO 8601, UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def _pairs(old: dict[str, Seen], fresh: dict[str, Seen]) -> list[tuple[Seen, Seen]]:
    """Old and new places of the same content, the likeliest together: same name, then same folder."""
    homeless: dict[str, list[Seen]] = {}
    for seen in old.values():
        homeless.setdefault(seen.mac, []).append(seen)
    pairs = []
    for now in fresh.values():
        candidates = homeless.get(now.mac)
        if candidates:
            best = max(candidates, key=lambda was: (_name(was) == _name(now), _folder(was) == _folder(now)))
            candidates.remove(best)
            pairs.append((best, now))
    return pairs


def _folder(seen: Seen) -> PurePosixPath:
    return PurePosixPath(seen.path).parent


def _name(seen: Seen) -> str:
    return PurePosixPath(seen.path).name


def _listed(folder: Path) -> tuple[list[tuple[Path, os.stat_result]], list[str]]:
    """The plain files of a folder, by name, and what could not be listed. Raises LibraryError where it is gone."""
    found: list[tuple[Path, os.stat_result]] = []
    faults: list[OSError] = []
    for root, folders, names in os.walk(folder, onerror=faults.append):
        folders[:] = sorted(name for name in folders if shown(name))
        for name in sorted(names):
            path = Path(root) / name
            if not shown(name):
                continue
            try:
                status = path.stat()
            except OSError as error:
                faults.append(error)
                continue
            if stat.S_ISREG(status.st_mode):
                found.append((path, status))
    return found, _unread(folder, faults)


def _unread(folder: Path, faults: Sequence[OSError]) -> list[str]:
    unread = []
    for fault in faults:
        place = Path(fault.filename or folder)
        if place == folder:
            raise LibraryError(tr("library.folder_gone", name=folder.name), tr("library.folder_gone_hint"), repr(fault))
        unread.append(place.relative_to(folder).as_posix())
    return unread
