"""How risk passes on through a paper: what leads to what, as a graph whose every edge is a cited sentence."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import networkx

from workbench.i18n import language
from workbench.jobs import JobContext
from workbench.models.evidence import Citation, Claim, Status
from workbench.models.evidence.sentences import without_enumeration
from workbench.models.extracting.places import Paper
from workbench.models.extracting.risk_rules import STAGES, Concept, risk_rules
from workbench.models.extracting.risk_sentence import Step, Train, steps_of
from workbench.models.extracting.risk_table import table_steps

_TITLE = 32
"""Characters of a line that may be the title of the risk below it."""
_LONGEST = 420
_MOST_NODES = 60
_SWEEPS = 12
_STRONG = ("earnings", "liquidity", "repayment")
"""Outside the chapters on risk an effect counts where it is told of these."""


@dataclass(frozen=True, slots=True)
class RiskNode:
    """A cause or consequence. ``stage`` is empty where no concept knows its words; ``printed`` are these."""

    id: str
    name: str
    stage: str
    printed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RiskLink:
    """``cause`` leads to ``effect`` (ids of nodes), by ``citations``.

    ``words`` link the two in the sentence; ``possible`` says that it may happen rather than that it did;
    ``under`` is the title the sentence stands under.
    """

    cause: str
    effect: str
    citations: tuple[Citation, ...]
    words: str = ""
    possible: bool = False
    under: str = ""


@dataclass(frozen=True, slots=True)
class RiskChain:
    """Nodes and links, in the order they are told."""

    nodes: tuple[RiskNode, ...]
    links: tuple[RiskLink, ...]

    def node(self, node_id: str) -> RiskNode:
        """A node by its id."""
        return next(n for n in self.nodes if n.id == node_id)

    def claim(self, link: RiskLink) -> Claim:
        """A link as a claim, with the sentences that say so."""
        return Claim(f"{self.node(link.cause).name} → {self.node(link.effect).name}", Status.TRACED, link.citations)

    def to_repayment(self) -> "RiskChain":
        """Only what leads to debt not being served; the whole where nothing does."""
        graph = networkx.DiGraph((link.cause, link.effect) for link in self.links)
        ends = [node.id for node in self.nodes if node.stage == "repayment" and node.id in graph]
        if not ends:
            return self
        kept = set(ends).union(*(networkx.ancestors(graph, end) for end in ends))
        return _kept(self, kept)

    def places(self) -> dict[str, tuple[int, float]]:
        """``(layer, row)`` of each node: layers from causes to consequences, rows around 0, few crossings."""
        return _places(self)

    def to_json(self) -> dict[str, Any]:
        """Plain data for export."""
        return {
            "nodes": [{"id": n.id, "name": n.name, "stage": n.stage, "printed": list(n.printed)} for n in self.nodes],
            "links": [
                {
                    "cause": link.cause,
                    "effect": link.effect,
                    "words": link.words,
                    "possible": link.possible,
                    "under": link.under,
                    "citations": [c.to_json() for c in link.citations],
                }
                for link in self.links
            ],
        }


def risk_chain(papers: Sequence[Paper], job: JobContext | None = None) -> RiskChain:
    """The chain several papers tell; empty where they tell none. Raises Cancelled."""
    told: list[tuple[Step, RiskLink]] = []
    for paper in papers:
        for step, link in (*_told(paper), *_of_tables(paper)):
            if job is not None:
                job.check()
            told.append((step, link))
    nodes: dict[str, RiskNode] = {}
    links: dict[tuple[str, str], RiskLink] = {}
    for step, link in told:
        ends = [_node(phrase) for phrase in (step.cause, step.effect)]
        if ends[0].id == ends[1].id:
            continue
        for node in ends:
            known = nodes.get(node.id, node)
            nodes[node.id] = replace(known, printed=tuple(dict.fromkeys((*known.printed, *node.printed))))
        key = (ends[0].id, ends[1].id)
        before = links.get(key)
        cited = tuple(dict.fromkeys((*(before.citations if before else ()), *link.citations)))
        known_link = before or replace(link, cause=key[0], effect=key[1])
        links[key] = replace(known_link, citations=cited, possible=known_link.possible and link.possible)
    chain = RiskChain(tuple(nodes.values()), tuple(links.values()))
    return _bounded(chain)


def _told(paper: Paper) -> Iterator[tuple[Step, RiskLink]]:
    """Steps of a paper with the link each makes but for its ends."""
    rules = risk_rules()
    under, title_block, last = "", -1, -1
    train = Train()
    before: tuple[int, int] | None = None
    for block, start, end, heading in paper.sentences:
        text = paper.text(block)
        if block != last:
            under, title_block = _under(paper, block, heading, (under, title_block))
            train, before, last = Train(), None, block
        sentence = text[start:end]
        if end - start > _LONGEST or rules.other.search(under or heading) or rules.pass_over.search(sentence):
            train, before = Train(), None
            continue
        carried = before if train.standing and rules.effect.match(sentence) else None
        steps = steps_of(sentence, train)
        first = carried[0] if carried else start
        before = (first, end)
        citation = paper.cite(block, first, end) if steps else None
        known = bool(rules.title.search(f"{under} {heading}"))
        for step in steps if citation else ():
            if citation and _is_risk(step, known=known):
                possible = bool(rules.possible.search(sentence))
                yield step, RiskLink("", "", (citation,), step.words, possible, _plain(under or heading))


def _of_tables(paper: Paper) -> Iterator[tuple[Step, RiskLink]]:
    """Steps told by tables of risks. What such a table names may happen; none of it is said to have."""
    for told in table_steps(paper):
        citation = paper.cite(told.block, told.start, told.end)
        if citation and _is_risk(told.step, known=True):
            yield told.step, RiskLink("", "", (citation,), told.step.words, possible=True, under=_plain(told.under))


def _under(paper: Paper, block: int, heading: str, known: tuple[str, int]) -> tuple[str, int]:
    """The title a block stands under: its heading, or a short numbered or risky line above it in plain text."""
    line = paper.text(block).strip()
    short = len(line) <= _TITLE and not re.search(r"[。；，]", line) and line != heading.strip()
    if short and (
        risk_rules().title.search(line) or without_enumeration(line) != line or risk_rules().other.search(line)
    ):
        return line, block
    title, at = known
    changed = bool(heading) and at >= 0 and _heading_after(paper, at, block)
    return ("", -1) if changed else (title, at)


def _heading_after(paper: Paper, first: int, last: int) -> bool:
    """Whether a heading stands between two blocks."""
    above = {number: heading for number, _, heading in paper.blocks}
    return above.get(first) != above.get(last)


def _plain(title: str) -> str:
    return " ".join(without_enumeration(title).split())


def _is_risk(step: Step, *, known: bool) -> bool:
    """Whether the effect is a bad one; outside the chapters on risk one that touches earnings, cash or debt."""
    concept = risk_rules().concept(step.effect)
    if known:
        return concept is not None or bool(risk_rules().adverse.search(step.effect))
    cause = risk_rules().concept(step.cause)
    return concept is not None and concept.stage in _STRONG and cause is not None


def _node(phrase: str) -> RiskNode:
    concept: Concept | None = risk_rules().concept(phrase)
    if concept is None:
        return RiskNode(f"·{phrase}", phrase, "", (phrase,))
    name = concept.name.get(language()) or concept.name["zh"]
    return RiskNode(concept.id, name, concept.stage, (phrase,))


def _bounded(chain: RiskChain) -> RiskChain:
    """The nodes most bound, where there are more than can be drawn; those of a known stage before others."""
    if len(chain.nodes) <= _MOST_NODES:
        return chain
    degree = Counter(end for link in chain.links for end in (link.cause, link.effect))
    known = {node.id: bool(node.stage) for node in chain.nodes}
    most = sorted(degree, key=lambda n: (-known[n], -degree[n]))[:_MOST_NODES]
    return _kept(chain, set(most))


def _kept(chain: RiskChain, ids: set[str]) -> RiskChain:
    links = tuple(link for link in chain.links if link.cause in ids and link.effect in ids)
    bound = {end for link in links for end in (link.cause, link.effect)}
    return RiskChain(tuple(node for node in chain.nodes if node.id in bound), links)


def _places(chain: RiskChain) -> dict[str, tuple[int, float]]:
    graph = _forward(chain)
    layer = dict.fromkeys(graph, 0)
    for node in networkx.topological_sort(graph):
        layer[node] = max((layer[before] + 1 for before in graph.predecessors(node)), default=0)
    # A cause stands close to its first effect, and what the creditor feels stands last.
    for node in reversed(list(networkx.topological_sort(graph))):
        after = [layer[n] for n in graph.successors(node)]
        if after and not list(graph.predecessors(node)):
            layer[node] = min(after) - 1
    last = max(layer.values(), default=0)
    for node in chain.nodes:
        if node.stage == "repayment" and not list(graph.successors(node.id)):
            layer[node.id] = last
    columns: dict[int, list[str]] = {}
    order = {stage: number for number, stage in enumerate(STAGES)}
    for node in sorted(chain.nodes, key=lambda n: order.get(n.stage, len(STAGES) // 2)):
        columns.setdefault(layer[node.id], []).append(node.id)
    _untangle(columns, graph)
    return {
        node: (column, row - (len(nodes) - 1) / 2)
        for column, nodes in columns.items()
        for row, node in enumerate(nodes)
    }


def _forward(chain: RiskChain) -> "networkx.DiGraph[str]":
    """The links without those that would close a circle; of two ways round the one told more often stays."""
    graph: networkx.DiGraph[str] = networkx.DiGraph()
    graph.add_nodes_from(node.id for node in chain.nodes)
    for link in sorted(chain.links, key=lambda link: -len(link.citations)):
        if not networkx.has_path(graph, link.effect, link.cause):
            graph.add_edge(link.cause, link.effect)
    return graph


def _untangle(columns: Mapping[int, list[str]], graph: "networkx.DiGraph[str]") -> None:
    """Order each column by the middle of its neighbours, to and fro."""
    for sweep in range(_SWEEPS):
        order: Iterable[int] = sorted(columns, reverse=bool(sweep % 2))
        for column in order:
            rows = {node: row - len(nodes) / 2 for nodes in columns.values() for row, node in enumerate(nodes)}
            near = graph.successors if sweep % 2 else graph.predecessors
            middles = {node: _middle([rows[n] for n in near(node)], rows[node]) for node in columns[column]}
            columns[column].sort(key=lambda node: middles[node])


def _middle(rows: Sequence[float], otherwise: float) -> float:
    return sum(rows) / len(rows) if rows else otherwise
