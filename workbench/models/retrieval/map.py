"""A map of a case: passages that speak of the same lie side by side.

A sample of the case's vectors, evenly spread over its documents, is laid out in the plane so that near neighbours
stay near: beginning from the two main axes, each passage is drawn to its nearest and pushed from others picked at
random, ever less (the idea of UMAP, McInnes and others, 2018, in its plainest form). The same vectors give the same
map. Regions are found by k-means in the plane and named by the stretches of text most telling for them.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from workbench.jobs import JobContext
from workbench.models.evidence import Anchor
from workbench.models.library import Library, StoredChunk

MOST = 2000
"""Passages on a map at most."""
LINE = 60
"""Characters of a passage that are told."""
_NEAR = 10
_ROUNDS = 150
_PUSHED = 4
_STEP_MOST = 4.0
_REGION = 40
"""Passages of a region, about."""
_REGIONS = (3, 12)
_READ = 160
"""Characters of a passage read for the names of regions."""
_NAME = (2, 10)
"""Letters of a Chinese name of a region."""
_WHOLE = 0.6
"""A longer stretch stands for one inside it when it occurs in this share of the other's passages."""
_NAMES = 2
_SUBJECT_END = re.compile(r" › |»|\||  ")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_WORD = re.compile(r"[A-Za-z]{4,}")
_LOOSE = frozenset(
    "的了在和与及是为等对于或并其该这那之将已以由从被把按就也都而且中上下内外年月日个各有无不第一二三四五六七八九十"
)

Vectors = NDArray[np.float32]
Places = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class MapPoint:
    """A passage at ``x``, ``y`` (each -1 to 1) in a region; ``line`` is how it begins."""

    chunk: str
    document: str
    subject: str
    line: str
    x: float
    y: float
    region: int


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the map: its middle, how many passages lie in it, and what it speaks of ("" if nothing stands out)."""

    x: float
    y: float
    size: int
    name: str


@dataclass(frozen=True, slots=True)
class LibraryMap:
    """The points, the regions they lie in, and how many passages of the case have a vector."""

    points: tuple[MapPoint, ...]
    regions: tuple[Region, ...]
    whole: int


def map_of(library: Library, case_id: str, job: JobContext, most: int = MOST) -> LibraryMap:
    """The map of a case; empty where it has no vectors yet. Raises LibraryError for an unknown case, Cancelled."""
    known = library.embedded_chunks(case_id)
    step = max(1, math.ceil(len(known) / most))
    held = library.vectors(known[::step])
    chunks = [c for c in library.chunks(list(held)) if c.text.strip()]
    # A vector of another length was made by a model before this one.
    length = max(Counter(len(v) for v in held.values()).items(), key=lambda item: item[1])[0] if held else 0
    chunks = [c for c in chunks if len(held[c.id]) == length]
    if not chunks:
        return LibraryMap((), (), len(known))
    places = layout(np.stack([held[c.id] for c in chunks]), job)
    regions = _grouped(places)
    names = _names([f"{c.text[:_READ]}" for c in chunks], regions)
    points = tuple(
        MapPoint(c.id, c.document, subject_of(c), _line(c), float(x), float(y), int(region))
        for c, (x, y), region in zip(chunks, places, regions, strict=True)
    )
    return LibraryMap(points, tuple(_regions(places, regions, names)), len(known))


def anchor_of(library: Library, point: MapPoint) -> tuple[str, Anchor] | None:
    """A point's words and where they stand; None when they are gone meanwhile. Raises LibraryError without a place."""
    chunk = next(iter(library.chunks([point.chunk])), None)
    if chunk is None:
        return None
    return chunk.text, library.anchor(chunk, 0, len(chunk.text))


def layout(vectors: Vectors, job: JobContext | None = None) -> Places:
    """Places ``(n, 2)`` from -1 to 1 for vectors ``(n, dim)``, neighbours near. Raises Cancelled."""
    count = len(vectors)
    centred = vectors - vectors.mean(axis=0)
    places = _main_axes(centred)
    if count > _NEAR:
        places = _drawn_together(places, _nearest(centred), job or JobContext())
    # Half by order along each axis: else far outliers would press everything else into a few dots.
    order = places.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable")
    return _scaled(_scaled(places) + _scaled(order.astype(np.float64)))


def subject_of(chunk: StoredChunk) -> str:
    """The company a passage's context line begins with, "" if it has none."""
    return _SUBJECT_END.split(chunk.context.strip(), maxsplit=1)[0].strip()


def _main_axes(centred: Vectors) -> Places:
    """The two main axes; each sign is fixed by its largest part, so that a map is never mirrored."""
    _, _, axes = np.linalg.svd(centred.astype(np.float64), full_matrices=False)
    axes = axes[:2]
    axes = axes * np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])[:, None]
    places = centred @ axes.T
    if places.shape[1] < 2:
        places = np.pad(places, ((0, 0), (0, 2 - places.shape[1])))
    return np.asarray(places, dtype=np.float64)


def _nearest(centred: Vectors) -> NDArray[np.int64]:
    """The nearest by cosine of each, ``(n, _NEAR)``."""
    unit = centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -2)
    return np.argpartition(-cosines, _NEAR, axis=1)[:, :_NEAR]


def _drawn_together(places: Places, nearest: NDArray[np.int64], job: JobContext) -> Places:
    random = np.random.default_rng(0)
    count = len(places)
    # Equal passages must be able to part.
    places = 10 * _scaled(places) + 1e-3 * random.standard_normal((count, 2))
    ends = np.repeat(np.arange(count), _NEAR), nearest.reshape(-1)
    for turn in range(_ROUNDS):
        job.check()
        job.progress(turn, _ROUNDS)
        way = places[ends[0]] - places[ends[1]]
        square = (way**2).sum(axis=1, keepdims=True)
        pull = np.clip(-2 * way / (1 + square), -_STEP_MOST, _STEP_MOST)
        moved = _summed(ends[0], pull, count) - _summed(ends[1], pull, count)
        for _ in range(_PUSHED):
            way = places - places[random.integers(0, count, count)]
            square = (way**2).sum(axis=1, keepdims=True)
            push = 2 * _NEAR * way / ((0.01 + square) * (1 + square))
            moved += np.clip(push, -_STEP_MOST, _STEP_MOST)
        places = places + 0.1 * (1 - turn / _ROUNDS) * np.clip(moved, -_STEP_MOST, _STEP_MOST)
    return places


def _summed(ends: NDArray[np.int64], steps: Places, count: int) -> Places:
    return np.stack([np.bincount(ends, steps[:, axis], count) for axis in (0, 1)], axis=1)


def _scaled(places: Places) -> Places:
    middle = (places.max(axis=0) + places.min(axis=0)) / 2
    reach = float(np.abs(places - middle).max())
    return (places - middle) / reach if reach > 0 else np.zeros_like(places)


def _grouped(places: Places) -> NDArray[np.int64]:
    """The region of each place: k-means from middles chosen each farthest from those before it."""
    most = min(max(_REGIONS[0], len(places) // _REGION), _REGIONS[1], len(places))
    middles = places[:1]
    for _ in range(most - 1):
        apart = ((places[:, None] - middles[None]) ** 2).sum(axis=2).min(axis=1)
        middles = np.concatenate([middles, places[[int(apart.argmax())]]])
    groups = np.zeros(len(places), dtype=np.int64)
    for _ in range(30):
        groups = ((places[:, None] - middles[None]) ** 2).sum(axis=2).argmin(axis=1)
        there = [places[groups == g].mean(axis=0) if (groups == g).any() else middles[g] for g in range(most)]
        if np.allclose(middles, there):
            break
        middles = np.array(there)
    return groups


def _regions(places: Places, groups: NDArray[np.int64], names: Sequence[str]) -> list[Region]:
    made = []
    for group, name in enumerate(names):
        inside = places[groups == group]
        middle = inside.mean(axis=0) if len(inside) else np.zeros(2)
        made.append(Region(float(middle[0]), float(middle[1]), len(inside), name))
    return made


def _names(texts: Sequence[str], groups: NDArray[np.int64]) -> list[str]:
    """For each region the stretches that many of its passages hold and few others do, joined by a dot."""
    held = [_stretches(text) for text in texts]
    everywhere = Counter(name for names in held for name in names)
    found = []
    taken: set[str] = set()
    for group in range(int(groups.max()) + 1):
        inside = [names for names, g in zip(held, groups, strict=True) if g == group]
        counts = Counter(name for names in inside for name in names)
        chosen = _telling(counts, everywhere, len(inside), len(texts), taken)
        taken.update(chosen)
        found.append(" · ".join(chosen))
    return found


def _stretches(text: str) -> frozenset[str]:
    """What a region may be named after: stretches of Chinese of a few letters, and words of other scripts."""
    found = {word.lower() for word in _WORD.findall(text)}
    least, most = _NAME
    for run in _HAN.findall(text):
        for start in range(len(run) - least + 1):
            if run[start] not in _LOOSE:
                ends = range(start + least, min(start + most, len(run)) + 1)
                found.update(run[start:end] for end in ends if run[end - 1] not in _LOOSE)
    return frozenset(found)


def _telling(counts: Counter[str], everywhere: Counter[str], inside: int, whole: int, taken: set[str]) -> list[str]:
    def worth(name: str) -> float:
        share, outside = counts[name] / inside, (everywhere[name] + 1) / whole
        length = min(len(name), 4) if _HAN.match(name) else 4
        return share * math.log(share / outside) * math.sqrt(length)

    least = max(2, inside // 20)
    chosen: list[str] = []
    for name in sorted((n for n, count in counts.items() if count >= least), key=lambda n: (-worth(n), n)):
        if worth(name) <= 0 or len(chosen) == _NAMES:
            break
        longer = max((n for n in counts if name in n and counts[n] >= _WHOLE * counts[name]), key=lambda n: (len(n), n))
        if longer not in taken and not any(_overlap(longer, other) for other in chosen):
            chosen.append(longer)
    return chosen


def _overlap(one: str, other: str) -> bool:
    """Whether two names share two letters in a row: they are pieces of one expression."""
    pairs = {one[i : i + 2] for i in range(len(one) - 1)}
    return any(other[i : i + 2] in pairs for i in range(len(other) - 1))


def _line(chunk: StoredChunk) -> str:
    line = " ".join(chunk.text.split())
    return line if len(line) <= LINE else f"{line[: LINE - 1]}…"
