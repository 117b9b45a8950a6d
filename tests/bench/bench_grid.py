"""Twenty documents by twenty fields: how long the grid takes, and how long the same cells take one at a time.

python tests/bench/bench_grid.py --models DIR [--documents 20] [--compare 4] [--skip 0] [--home DIR]

The papers are made (:mod:`visit_notes`); code reads what it can first, which is told apart. With ``--home`` a grid that
was killed goes on where it was. Then, on the cells code left open in ``--compare`` documents after the first
``--skip``, three ways take turns, so many documents at a time as the grid asks at once, each beginning with nothing
kept of the documents' prompts:

- together: as the grid asks, many fields on one sheet and the sheets of some documents at once;
- alone: the same words and the same reading, one field a prompt;
- quoted: one field a prompt, the sentence copied before the value, as JSON: how the grid asked before.

The engine keeps what a prompt has in common with the one before it in all three; the last two draft from their
prompts.
"""

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from visit_notes import FIELDS, Note, notes

from workbench.inference.api import Answered, ChatModel, ChatRequest, Generation, Message
from workbench.inference.engine import LocalEngine
from workbench.jobs import ComputeArbiter, JobContext, Priority
from workbench.models.documents.chunking import chunk
from workbench.models.documents.reading import read_file
from workbench.models.extracting import Cell, CellRead, Field, FieldSet, Grid, Paper, parse_set, read_cell
from workbench.models.extracting.grid import TOGETHER
from workbench.models.extracting.pointing import Passage, cell_from_words, passages_for
from workbench.models.extracting.sheets import Asked, ask, request_for, sheets_of
from workbench.models.extracting.values import same_value
from workbench.models.library import Importer, Library
from workbench.vault import LibraryKey

_SYSTEM = (
    "你从银行资料中摘取数据。只用资料中的原话，不推断，不计算。先原样抄下含有答案的那句话，再写出答案。"
    "资料中没有就写“无”。"
)
_ASKED = """资料：
{material}

要找的内容：{name}
问题：{question}
原样抄下含有答案的句子（quote），再写答案（value）。没有就都写“无”。"""
_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"quote": {"type": "string", "maxLength": 200}, "value": {"type": "string", "maxLength": 120}},
    "required": ["quote", "value"],
    "additionalProperties": False,
}


@dataclass
class Cost:
    """Seconds and tokens of some generations: of their prompts, of those the ones read anew, and written."""

    seconds: float = 0.0
    prompts: int = 0
    tokens: int = 0
    read: int = 0
    written: int = 0

    def add(self, generation: Generation) -> None:
        figures = generation.figures
        self.prompts += 1
        self.tokens += figures.prompt_tokens
        self.read += figures.prompt_tokens - figures.reused_tokens
        self.written += figures.tokens

    def __str__(self) -> str:
        return (
            f"{self.seconds:.1f} s, {self.prompts} prompts of {self.tokens} tokens, {self.read} read, "
            f"{self.written} written"
        )


class Watched:
    """A chat model whose generations are counted; it is an engine of its own, too."""

    def __init__(self, chat: ChatModel) -> None:
        self.info = chat.info
        self.cost = Cost()
        self._chat = chat

    def chat(self, request: ChatRequest | None = None, job: JobContext | None = None) -> Any:
        """The model, for those who ask the engine; a generation, for those who ask the model."""
        return self if request is None else self._generate(request, job or JobContext())

    def chat_many(
        self, requests: Sequence[ChatRequest], job: JobContext, heard: Callable[[int, str], None] | None = None
    ) -> tuple[Answered, ...]:
        """Answers given together. What their prompts share counts as read each time: nothing tells."""
        told = self._chat.chat_many(requests, job, heard)
        self.cost.prompts += len(requests)
        for request, one in zip(requests, told, strict=True):
            tokens = sum(self._chat.count(message.text) for message in request.messages)
            self.cost.tokens += tokens
            self.cost.read += tokens
            self.cost.written += one.tokens
        return told

    def _generate(self, request: ChatRequest, job: JobContext) -> Iterator[str]:
        generation = self._chat.chat(request, job)
        yield from generation
        self.cost.add(generation)

    def forget(self) -> None:
        """Let the model read something else, so that nothing of the last prompt is kept."""
        other = ChatRequest((Message("user", "1+1=?"),), max_tokens=1, priority=Priority.DRAFT)
        list(self._chat.chat(other, JobContext()))


Cells = dict[tuple[str, str], Cell]
Left = tuple[Paper, Sequence[Field]]
Way = Callable[[Watched, Sequence[Left]], Iterator[tuple[Paper, Field, Cell]]]


def together(chat: Watched, left: Sequence[Left]) -> Iterator[tuple[Paper, Field, Cell]]:
    """All fields on few sheets, some sheets at once."""
    sheets = [Asked(paper, sheet, "zh") for paper, fields in left for sheet in sheets_of(paper, fields)[0]]
    read: list[tuple[Paper, Field, Cell]] = []

    def say(asked: Asked, one: Field, said: str) -> None:
        read.append((asked.paper, one, cell_from_words(asked.paper, one, asked.sheet.passages, said)))

    for begin in range(0, len(sheets), TOGETHER):
        ask(chat, sheets[begin : begin + TOGETHER], JobContext(), say)  # type: ignore[arg-type]
    yield from read


def alone(chat: Watched, left: Sequence[Left]) -> Iterator[tuple[Paper, Field, Cell]]:
    """A sheet for each field, one at a time."""
    for paper, fields in left:
        for one in fields:
            for sheet in sheets_of(paper, [one])[0]:
                answer = "".join(chat.chat(request_for(paper, sheet, "zh"), JobContext()))
                said = answer.removeprefix("1：").strip()
                yield paper, one, cell_from_words(paper, one, sheet.passages, "" if said == "无" else said)


def quoted(chat: Watched, left: Sequence[Left]) -> Iterator[tuple[Paper, Field, Cell]]:
    """The sentence first, then the value, one at a time."""
    for paper, one in ((paper, one) for paper, fields in left for one in fields):
        passages = passages_for(paper, one)
        if not passages:
            continue
        material = "\n\n".join(paper.text(p.block)[p.start : p.end] for p in passages)
        asked = _ASKED.format(material=material, name=one.title, question=one.asked)
        messages = (Message("system", _SYSTEM), Message("user", asked))
        request = ChatRequest(messages, max_tokens=160, schema=_SCHEMA, priority=Priority.DRAFT)
        yield paper, one, _pointed(paper, one, passages, "".join(chat.chat(request, JobContext())))


def _pointed(paper: Paper, one: Field, passages: Sequence[Passage], answer: str) -> Cell:
    try:
        found = json.loads(answer)
    except ValueError:
        return Cell(paper.id, one.id)
    cell = cell_from_words(paper, one, passages, str(found["value"]))
    return cell if cell_from_words(paper, _WORDS, passages, str(found["quote"])).value else Cell(paper.id, one.id)


_WORDS = Field("words", {"zh": "words"}, {"zh": "words"})
_WAYS: tuple[Way, ...] = (together, alone, quoted)


@dataclass
class Tally:
    """Cells read in one way and what they cost."""

    cost: Cost = field(default_factory=Cost)
    cells: Cells = field(default_factory=dict)


def main() -> None:
    options = _options()
    fields = parse_set(FIELDS, "visit_notes")
    papers = notes(options.documents)
    arbiter = ComputeArbiter()
    engine = LocalEngine(options.models, arbiter)
    with tempfile.TemporaryDirectory() as scratch:
        library = Library.open(options.home or Path(scratch) / "home", LibraryKey(bytes(32)))
        try:
            case = _filled(library, engine, arbiter, papers, Path(scratch))
            chat = engine.chat()
            Watched(chat).forget()
            if not options.only_compare:
                _grid(library, case, fields, Watched(chat), papers)
            if options.compare:
                _compare(library, case, fields, Watched(chat), papers[options.skip :][: options.compare])
        finally:
            engine.close()
            library.close()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--documents", type=int, default=20)
    parser.add_argument("--compare", type=int, default=4)
    parser.add_argument("--skip", type=int, default=0)
    parser.add_argument("--only-compare", action="store_true")
    parser.add_argument("--home", type=Path)
    return parser.parse_args()


def _filled(library: Library, engine: LocalEngine, arbiter: ComputeArbiter, papers: Sequence[Note], at: Path) -> str:
    if known := library.cases():
        return known[0].id
    case = library.create_case("走访").id
    folder = at / "notes"
    folder.mkdir()
    for note in papers:
        (folder / note.name).write_text(note.text, encoding="utf-8")
    list(Importer(library, engine.embedder, arbiter, read=read_file, chunk=chunk).add(case, [folder], JobContext()))
    return case


def _grid(library: Library, case: str, fields: FieldSet, chat: Watched, papers: Sequence[Note]) -> None:
    names = {d.id: d.name for d in library.documents(case)}
    before = Grid(library, None).kept(case, fields)
    began = time.perf_counter()
    Grid(library, None).run(case, fields, JobContext())
    by_code = time.perf_counter() - began
    began = time.perf_counter()
    told = 0

    def came(read: CellRead) -> None:
        nonlocal told
        told += read.cell.by == "model"
        if read.cell.by == "model":
            print(f"\r  {told} cells by the model after {time.perf_counter() - began:.1f} s", end="", flush=True)

    cells = Grid(library, chat).run(case, fields, JobContext(), came)  # type: ignore[arg-type]
    print()
    chat.cost.seconds = time.perf_counter() - began
    coded = sum(not cell.missing and cell.by == "code" for cell in cells)
    print(f"grid: {len(cells)} cells, {coded} read by code in {by_code:.1f} s, {len(cells) - coded} left to the model")
    print(f"  by the model before this run: {sum(c.by == 'model' for c in before)}; in it {chat.cost}")
    _score("grid", {(names[c.document], c.field): c for c in cells}, papers, fields)


def _compare(library: Library, case: str, fields: FieldSet, chat: Watched, papers: Sequence[Note]) -> None:
    """The ways take turns; which begins changes from group to group."""
    stored = {d.name: d for d in library.documents(case)}
    names = {d.id: d.name for d in stored.values()}
    tallies = {way.__name__: Tally() for way in _WAYS}
    for number, begin in enumerate(range(0, len(papers), TOGETHER)):
        left: list[Left] = []
        for note in papers[begin : begin + TOGETHER]:
            paper = Paper(stored[note.name].id, library.content(stored[note.name].id))
            left.append((paper, [one for one in fields.fields if read_cell(paper, one).missing]))
        for turn in range(len(_WAYS)):
            way = _WAYS[(number + turn) % len(_WAYS)]
            tally = tallies[way.__name__]
            chat.forget()
            chat.cost = tally.cost
            began = time.perf_counter()
            read = {(names[paper.id], one.id): cell for paper, one, cell in way(chat, left)}
            tally.cost.seconds += time.perf_counter() - began
            missing = {(names[p.id], one.id): Cell(p.id, one.id, by="model") for p, fs in left for one in fs}
            tally.cells |= missing | read
    for name, tally in tallies.items():
        print(f"{name}: {len(papers)} documents, {len(tally.cells)} cells, {tally.cost}")
        _score(name, tally.cells, papers, fields)
    first = tallies["together"].cost.seconds
    for name in ("alone", "quoted"):
        print(f"together ÷ {name}: {first / tallies[name].cost.seconds:.2f}")


def _score(what: str, cells: Cells, papers: Sequence[Note], fields: FieldSet) -> None:
    """How many cells are right, by who read them."""
    counted: Counter[str] = Counter()
    for note in papers:
        for one in fields.fields:
            cell = cells.get((note.name, one.id))
            if cell is None:
                continue
            truth = note.truth[one.id]
            right = same_value(one, cell.value, truth) if cell.value and truth else not (cell.value or truth)
            how = "right" if right else "wrong" if cell.value else "missed"
            maker = "code" if cell.by == "code" and cell.value else "model"
            counted[f"{maker} {how}"] += 1
            counted["invented"] += bool(cell.value) and not truth
            counted["wrong and sure"] += how == "wrong" and cell.confident
    print(f"  {what}: " + ", ".join(f"{key} {count}" for key, count in sorted(counted.items())))


if __name__ == "__main__":
    main()
