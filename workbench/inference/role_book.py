"""Who works in which role, and who worked there before: ``roles.json``.

::

    {"chat": [id, …], "embedding": […], "rerank": […],        the first one works, the next may stand in
     "history": {"chat": [{"id": …, "at": …, "why": …}]}}     how it came to this, the newest last
"""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from workbench.inference.api import Role
from workbench.inference.model_entry import read_json, write_json

Why = Literal["import", "promote", "rollback", "role"]
_MOST_STEPS = 100


@dataclass(frozen=True, slots=True)
class RoleStep:
    """From ``at`` (ISO 8601, UTC) a model worked in the role; ``why``: import, promote, rollback, role."""

    id: str
    at: str
    why: str


class RoleBook:
    """The roles noted in a folder. The caller takes care that one writes at a time."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "roles.json"

    def roles(self) -> dict[Role, tuple[str, ...]]:
        """The ids of each role, the working one first."""
        values = read_json(self._path)
        try:
            return {role: tuple(str(id_) for id_ in values.get(role.value, ())) for role in Role}
        except TypeError:
            return dict.fromkeys(Role, ())

    def history(self, role: Role) -> tuple[RoleStep, ...]:
        """Who worked in a role, the newest last."""
        try:
            steps = read_json(self._path).get("history", {}).get(role.value, ())
            return tuple(RoleStep(str(s["id"]), str(s["at"]), str(s["why"])) for s in steps)
        except (AttributeError, TypeError, KeyError):
            return ()

    def previous(self, role: Role) -> str | None:
        """Whom a step back would put to work: who worked before and is still there."""
        ids = self.roles()[role]
        stack: list[str] = []
        for step in self.history(role):
            if step.why == "rollback" and len(stack) > 1:
                stack.pop()
            elif stack[-1:] != [step.id]:
                stack.append(step.id)
        before = [id_ for id_ in stack if id_ in ids[1:]]
        return before[-1] if before else None

    def put_first(self, role: Role, id_: str, why: Why) -> None:
        """Let a model work in a role, and leave any other."""
        roles = self._without(id_)
        steps = list(self.history(role))
        working = self.roles()[role][:1]
        if not steps and working and working[0] != id_:
            # A book of before there was a history: whoever worked until now belongs to it.
            steps.append(RoleStep(working[0], "", "import"))
        roles[role].insert(0, id_)
        if not steps or steps[-1].id != id_ or working != (id_,):
            steps.append(RoleStep(id_, datetime.now(UTC).isoformat(timespec="seconds"), why))
        self._write(roles, {role: steps})

    def put_last(self, role: Role, id_: str, alive: set[str]) -> None:
        """Add a model behind those of a role that are still there; where it is the first, it works."""
        there = [other for other in self.roles()[role] if other in alive or other == id_]
        if id_ in there:
            return
        if not there:
            self.put_first(role, id_, "import")
            return
        roles = {r: [*ids] for r, ids in self.roles().items()}
        roles[role] = [*there, id_]
        self._write(roles, {})

    def drop(self, id_: str) -> None:
        """A model is gone."""
        self._write(self._without(id_), {})

    def _without(self, id_: str) -> dict[Role, list[str]]:
        return {role: [other for other in ids if other != id_] for role, ids in self.roles().items()}

    def _write(self, roles: dict[Role, list[str]], changed: dict[Role, list[RoleStep]]) -> None:
        history = {role: changed.get(role, list(self.history(role)))[-_MOST_STEPS:] for role in Role}
        values: dict[str, Any] = {role.value: ids for role, ids in roles.items()}
        values["history"] = {role.value: [asdict(step) for step in steps] for role, steps in history.items() if steps}
        write_json(self._path, values)
