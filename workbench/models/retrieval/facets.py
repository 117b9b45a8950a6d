"""A question about several companies is several searches."""

import re
from collections.abc import Iterable

from workbench.models.evidence.labels import organisations

_MOST = 4
_JOINTS = re.compile(r"[和与及、，,]|以及|比较|对比|根据|结合|年度?|分别")
_LEAST = 4


def subjects(query: str, known: Iterable[str] = ()) -> tuple[str, ...]:
    """The organisations a query names, in its order: those ``known`` in the case, and those that look so."""
    names = [name for name in dict.fromkeys(known) if len(name) >= _LEAST and name in query]
    for found in organisations(query):
        name = _JOINTS.split(found)[-1]
        if len(name) >= _LEAST and not any(name in other or other in name for other in names):
            names.append(name)
    longest = [n for n in names if not any(n != other and n in other for other in names)]
    return tuple(sorted(longest, key=query.index))[:_MOST]


def facets(query: str, named: tuple[str, ...]) -> tuple[str, ...]:
    """A query for each of two or more subjects, the others' names taken out; else the query alone."""
    if len(named) < 2:
        return (query,)
    found = []
    for name in named:
        rest = query
        for other in named:
            rest = rest if other == name else rest.replace(other, "")
        found.append(rest)
    return tuple(found)
