"""The relations of a case as a graph: who stands near whom, and what runs in a circle."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice, pairwise

import networkx

from workbench.models.relations.names import one_name
from workbench.models.relations.relation import KINDS, Relation

_LONGEST_CIRCLE = 8
_MOST_CIRCLES = 200
_MOST_CHAINS = 8
_SEED = 7


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation or person with how many relations it stands in."""

    name: str
    relations: int


@dataclass(frozen=True, slots=True)
class Circle:
    """Parties bound in a ring, each to the next and the last to the first, with what binds them."""

    parties: tuple[str, ...]
    relations: tuple[Relation, ...]


class Graph:
    """Walks over relations; names that mean one party are joined."""

    def __init__(self, relations: Iterable[Relation]) -> None:
        told = tuple(relations)
        names = sorted({name for r in told for name in (r.source, r.target)}, key=len, reverse=True)
        meant = {name: one_name(names, name) for name in names}
        self._graph = networkx.MultiDiGraph()
        self._relations: list[Relation] = []
        for r in told:
            source, target = meant[r.source], meant[r.target]
            if source == target:
                continue
            joined = Relation(r.kind, source, target, r.citations, r.value, r.shown, r.title)
            self._graph.add_edge(source, target, relation=joined)
            self._relations.append(joined)

    @property
    def relations(self) -> tuple[Relation, ...]:
        """All of them, those that bind most first."""
        return tuple(sorted(self._relations, key=lambda r: (KINDS.index(r.kind), -(r.value or Decimal(0)), r.source)))

    @property
    def parties(self) -> tuple[Party, ...]:
        """Everyone named, the most bound first."""
        counted = [Party(name, degree) for name, degree in self._graph.degree()]
        return tuple(sorted(counted, key=lambda p: (-p.relations, p.name)))

    def around(self, name: str, steps: int = 1) -> tuple[Relation, ...]:
        """Relations between parties at most ``steps`` from one; empty for a party nobody knows."""
        if name not in self._graph:
            return ()
        near = set(networkx.ego_graph(self._graph.to_undirected(as_view=True), name, radius=steps))
        return tuple(r for r in self.relations if r.source in near and r.target in near)

    def circles(self, kinds: Sequence[str] = ("guarantee",)) -> tuple[Circle, ...]:
        """Rings of relations of the kinds, shortest first: of guarantees 担保圈, mutual ones being rings of two."""
        part = networkx.MultiDiGraph()
        by_ends: dict[tuple[str, str], list[Relation]] = {}
        for r in self._relations:
            if r.kind in kinds:
                part.add_edge(r.source, r.target)
                by_ends.setdefault((r.source, r.target), []).append(r)
        simple = networkx.DiGraph(part)
        found: list[Circle] = []
        for ring in networkx.simple_cycles(simple, length_bound=_LONGEST_CIRCLE):
            if len(ring) < 2:
                continue
            ends = list(zip(ring, [*ring[1:], ring[0]], strict=True))
            found.append(Circle(tuple(ring), tuple(r for pair in ends for r in by_ends[pair])))
            if len(found) >= _MOST_CIRCLES:
                break
        return tuple(sorted(found, key=lambda c: (len(c.parties), c.parties)))

    def paths(self, one: str, other: str, longest: int = 4) -> tuple[tuple[Relation, ...], ...]:
        """How two parties hang together: shortest chains of relations, whichever way each runs."""
        if one not in self._graph or other not in self._graph:
            return ()
        loose = networkx.Graph(self._graph.to_undirected(as_view=True))
        if not networkx.has_path(loose, one, other):
            return ()
        chains = (
            tuple(self._between(a, b) for a, b in pairwise(nodes))
            for nodes in networkx.all_shortest_paths(loose, one, other)
            if len(nodes) <= longest + 1
        )
        return tuple(islice(chains, _MOST_CHAINS))

    def layout(self, names: Sequence[str]) -> dict[str, tuple[float, float]]:
        """Places for some parties, in a square from -1 to 1; the same for the same names."""
        part = networkx.Graph(self._graph.subgraph(names))
        part.add_nodes_from(n for n in names if n not in part)
        placed = (
            networkx.spring_layout(part, seed=_SEED, iterations=80)
            if len(part) > 1
            else dict.fromkeys(part, (0.0, 0.0))
        )
        return {name: (float(x), float(y)) for name, (x, y) in placed.items()}

    def _between(self, one: str, other: str) -> Relation:
        data = self._graph.get_edge_data(one, other) or self._graph.get_edge_data(other, one)
        relation: Relation = next(iter(data.values()))["relation"]
        return relation
