"""A desk with services that are plain Python, for the panes' tests."""

import threading
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPainter

from workbench.errors import WorkbenchError
from workbench.i18n import set_language
from workbench.inference.api import PagePicture
from workbench.jobs import ComputeArbiter, JobContext
from workbench.models.asking import Answer, Answered, EvidenceFound, Piece, SentenceChecked
from workbench.models.asking.answer import Outcome
from workbench.models.documents.document import (
    Block,
    BlockKind,
    Cell,
    CellPlace,
    Document,
    OutlineItem,
    PageLine,
    PageSize,
    Run,
    TextPlace,
    WordPlace,
)
from workbench.models.documents.page_drawing import PageDrawer, Paper
from workbench.models.evidence import Citation, Claim, Computation, Status
from workbench.models.retrieval.filters import Filters
from workbench.models.scenarios import Scenario
from workbench.models.writing import Drafts, Report, SectionDrafted, SectionStarted, SentenceWritten
from workbench.models.writing.report import DraftedSection, Gap, Paragraph, Table, TableCell, TableRow
from workbench.settings import SettingsKeeper
from workbench.views import theme
from workbench.views.desk import Desk
from workbench.views.job_runner import JobRunner


@dataclass(frozen=True)
class Stored:
    id: str
    name: str
    case: str = "case"
    title: str = ""
    format: str = "pdf"
    state: str = "ready"
    pages: int = 3
    chunks: int = 12
    embedded: int = 12
    size: int = 123_456
    added: str = "2026-11-20T09:30:00+08:00"
    generation: int = 1
    properties: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    error: dict[str, str] | None = None
    path: str = ""
    key: str = ""
    unrecognised: int = 0


@dataclass(frozen=True)
class Named:
    id: str
    name: str


@dataclass(frozen=True)
class Changed:
    cases: frozenset[str] = frozenset({"case"})
    documents: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Added:
    path: str
    status: str = "added"
    document: str | None = None
    pages: int = 1
    chunks: int = 3
    seconds: float = 0.01
    error: dict[str, str] | None = None


def page_block(page: int, line: int, text: str, kind: BlockKind = BlockKind.PARAGRAPH, level: int = 0) -> Block:
    """A block of one line on a page: 14 points a character from x = 60, lines 30 points apart."""
    top = 60.0 + 30 * line
    edges = array("d", [60.0 + 14 * i for i in range(len(text) + 1)])
    return Block(kind, text, (Run(0, len(text), PageLine(page, top, top + 16, edges)),), level)


PAGE_LINES = (
    "截至2023年12月31日，公司资产总额352,041.77万元。",
    "资产负债率63.68%，较上年末上升5.58个百分点。",
    "短期借款余额98,000.00万元，其中抵押借款61,500.00万元。",
    "经营活动产生的现金流量净额为-4,312.08万元。",
)


def pdf_document(pages: int = 6) -> Document:
    blocks = []
    for page in range(1, pages + 1):
        blocks.append(page_block(page, 0, f"第{page}节 财务状况", BlockKind.HEADING, 1))
        blocks += [page_block(page, 2 + i, line) for i, line in enumerate(PAGE_LINES)]
    outline = tuple(OutlineItem(f"第{page}节 财务状况", 1, page) for page in range(1, pages + 1))
    return Document("审计报告", "pdf", tuple(blocks), tuple(PageSize(595, 842) for _ in range(pages)), outline)


def word_document() -> Document:
    def paragraph(number: int, text: str, kind: BlockKind = BlockKind.PARAGRAPH, level: int = 0) -> Block:
        return Block(kind, text, (Run(0, len(text), WordPlace(0, paragraph=number)),), level)

    rows = (("项目", "2023年", "2022年"), ("营业收入", "120,345.10", "98,000.00"), ("净利润", "8,012.45", "6,100.20"))
    text, cells, runs = "", [], []
    for r, row in enumerate(rows):
        for c, words in enumerate(row):
            start = len(text)
            text += words
            cells.append(Cell(r, c, start, len(text)))
            runs.append(Run(start, len(text), WordPlace(0, table=0, row=r, column=c)))
            text += "\t" if c < 2 else "\n"
    table = Block(
        BlockKind.TABLE, text.rstrip("\n"), tuple(runs), cells=tuple(cells), caption="表 1 主要数据", unit="单位：万元"
    )
    return Document(
        "申请书",
        "docx",
        (
            paragraph(0, "流动资金贷款申请书", BlockKind.HEADING, 1),
            paragraph(1, "我公司因采购原材料需要，申请流动资金贷款5,000万元，期限12个月。"),
            paragraph(2, "一、经营情况", BlockKind.HEADING, 2),
            table,
            paragraph(3, "还款来源为销售回款。"),
        ),
    )


def sheet_document(rows: int = 40) -> Document:
    blocks = []
    for sheet in ("流水", "应收"):
        text, cells, runs = "", [], []
        for r in range(rows):
            for c, words in enumerate((f"2023-{r % 12 + 1:02d}-01", f"客户{r}", f"{r * 1000:,}.00")):
                start = len(text)
                text += words
                cells.append(Cell(r, c, start, len(text)))
                runs.append(Run(start, len(text), CellPlace(sheet, f"{'ABC'[c]}{r + 1}")))
                text += "\t" if c < 2 else "\n"
        blocks.append(Block(BlockKind.TABLE, text.rstrip("\n"), tuple(runs), cells=tuple(cells), caption=sheet))
    return Document("流水", "xlsx", tuple(blocks))


def text_document(lines: int = 30) -> Document:
    words = [f"第{n}条 贷款人应当对借款人的第{n}项情况进行审查。" for n in range(1, lines + 1)]
    blocks = (Block(BlockKind.PARAGRAPH, w, (Run(0, len(w), TextPlace(n, 0)),)) for n, w in enumerate(words, 1))
    return Document("办法", "text", tuple(blocks))


class FakeLibrary:
    """Documents in a dict, notes in another; every call counts its thread."""

    def __init__(self) -> None:
        self.contents = {
            "pdf": pdf_document(),
            "word": word_document(),
            "sheet": sheet_document(),
            "text": text_document(),
        }
        self.stored = {
            "pdf": Stored("pdf", "2023年度审计报告.pdf", pages=6),
            "word": Stored("word", "贷款申请书.docx", format="docx", pages=0),
            "sheet": Stored("sheet", "银行流水.xlsx", format="xlsx", pages=0),
            "text": Stored("text", "管理办法.txt", format="text", pages=0),
        }
        self.other_cases: tuple[Any, ...] = ()
        self.kept_notes: dict[tuple[str, str], dict[str, dict[str, Any]]] = {}
        self.deleted: dict[str, Stored] = {}
        self.threads: set[str] = set()
        self.lock = threading.Lock()

    def _here(self) -> None:
        self.threads.add(threading.current_thread().name)

    def cases(self) -> tuple[Any, ...]:
        self._here()
        return self.other_cases

    def case(self, case: str) -> Any:
        return Named(case, "华东精工")

    def documents(self, case: str) -> tuple[Stored, ...]:
        self._here()
        with self.lock:
            return tuple(self.stored.values())

    def document(self, document: str) -> Stored:
        self._here()
        return self.stored[document]

    def content(self, document: str) -> Document:
        self._here()
        return self.contents[document]

    def original(self, document: str) -> bytes:
        self._here()
        return b"%PDF"

    def password(self, document: str) -> str | None:
        return None

    def delete_document(self, document: str) -> Changed:
        self._here()
        with self.lock:
            self.deleted[document] = self.stored.pop(document)
        return Changed(documents=frozenset({document}))

    def restore_document(self, document: str) -> Changed:
        self._here()
        with self.lock:
            self.stored[document] = self.deleted.pop(document)
        return Changed(documents=frozenset({document}))

    def notes(self, case: str, kind: str) -> dict[str, dict[str, Any]]:
        self._here()
        return dict(self.kept_notes.get((case, kind), {}))

    def save_note(self, case: str, kind: str, key: str, value: dict[str, Any]) -> None:
        self._here()
        self.kept_notes.setdefault((case, kind), {})[key] = value

    def delete_note(self, case: str, kind: str, key: str) -> None:
        self._here()
        self.kept_notes.get((case, kind), {}).pop(key, None)


class FakeImporter:
    """Takes files in one by one; ``gate`` set lets it go on."""

    def __init__(self, library: FakeLibrary) -> None:
        self.library = library
        self.paths: list[Path] = []
        self.passwords: list[str | None] = []
        self.embedded = threading.Event()
        self.pause = 0.0
        self.gate = threading.Event()
        self.gate.set()
        self.errors: dict[str, dict[str, str]] = {}

    def recognise_pending(self, job: JobContext) -> None:
        """No page of a picture ever waits here."""

    def add(self, case: str, paths: Sequence[Path], job: JobContext, *, password: str | None = None) -> Iterator[Added]:
        files = [f for p in paths for f in (sorted(p.rglob("*")) if p.is_dir() else [p]) if f.is_file()]
        for number, path in enumerate(files):
            job.check()
            self.paths.append(path)
            self.passwords.append(password)
            job.progress(number, len(files), path.name)
            while not self.gate.is_set():
                if job.wait(0.005):
                    job.check()
            job.wait(self.pause)
            error = self.errors.get(path.name) if password is None else None
            key = f"d{len(self.paths)}"
            state = "rejected" if error else "words"
            stored = Stored(key, path.name, format=path.suffix[1:], state=state, error=error)
            with self.library.lock:
                self.library.stored[key] = stored
                self.library.contents[key] = text_document()
            yield Added(str(path), "rejected" if error else "added", key, error=error)

    def embed_pending(self, job: JobContext, case: str | None = None) -> Changed:
        with self.library.lock:
            for key, stored in self.library.stored.items():
                if stored.state == "words":
                    self.library.stored[key] = replace(stored, state="ready")
        self.embedded.set()
        return Changed()


def report_section(number: int, *, title: str = "", figures: bool = False) -> DraftedSection:
    """A drafted section with a sentence of every standing, and a table where asked."""
    rows = [("资产负债率", "63.68%", "58.10%"), ("流动比率", "1.32", "1.39"), ("现金短债比", "0.39", "0.51")]
    table = Table(
        "t",
        "表 1 主要偿债指标",
        ("指标", "2023", "2022"),
        tuple(
            TableRow(label, tuple(TableCell(Claim(v, Status.COMPUTED, (citation(),), computed)) for v in values))
            for label, *values in rows
        ),
        unit="%、倍",
    )
    gaps = (Gap("material", "抵押物评估报告"),) if number == 2 else ()
    paragraphs = (Paragraph("p1", claims()[:2]), Paragraph("p2", claims()[2:4], "model"))
    if number in (0, 2):
        paragraphs = (Paragraph("p1", claims()[:2]),)
    return DraftedSection(f"s{number}", title or f"第{number}节", paragraphs, (table,) if figures else (), gaps)


computed = Computation("224,198.53 ÷ 352,041.77 = 63.68%", ())


class FakeWriter:
    """Drafts the scenario's sections one by one; ``pause`` seconds between sentences."""

    def __init__(self, library: "FakeLibrary", pause: float = 0.0) -> None:
        self.library = library
        self.pause = pause
        self.asked: list[list[str] | None] = []

    def drafts(self, scenario: Scenario) -> Drafts:
        return Drafts(self.library, scenario.id, "zh")

    def saved(self, case: str, scenario: Scenario) -> Report | None:
        return self.drafts(scenario).report(case, {s.id: s.id for s in scenario.sections})

    def draft(
        self,
        case: str,
        scenario: Scenario,
        job: JobContext,
        on_event: Callable[[Any], None],
        sections: Sequence[str] | None = None,
    ) -> Report:
        self.asked.append(list(sections) if sections is not None else None)
        done = []
        for number, section in enumerate(scenario.sections):
            if sections is not None and section.id not in sections:
                continue
            job.progress(number, len(scenario.sections), section.id)
            on_event(SectionStarted(section.id, section.title.zh))
            drafted = replace(report_section(number, title=section.title.zh, figures=number == 1), id=section.id)
            for paragraph, claim in drafted.sentences():
                if job.wait(self.pause):
                    job.check()
                on_event(SentenceWritten(section.id, paragraph, claim))
            self.drafts(scenario).save_section(case, drafted, "f")
            on_event(SectionDrafted(drafted))
            done.append(drafted)
        report = Report(case, "华东精工", scenario.id, scenario.name.zh, "zh", "2026-11-20T09:00:00", tuple(done))
        self.drafts(scenario).save_head(case, report)
        return report


class Watcher:
    """Stands in for the window: notes what a pane asked of it."""

    def __init__(self) -> None:
        self.case: str | None = "case"
        self.sources: list[Citation] = []
        self.documents: list[str] = []
        self.claims: list[Claim | None] = []
        self.words: list[str] = []
        self.errors: list[Any] = []
        self.panes: list[str] = []

    def show_source(self, citation: Citation) -> None:
        self.sources.append(citation)

    def show_document(self, document: str) -> None:
        self.documents.append(document)

    def show_claim(self, claim: Claim | None) -> None:
        self.claims.append(claim)

    def notify(self, text: str) -> None:
        self.words.append(text)

    def warn(self, error: Any) -> None:
        self.errors.append(error)

    def go(self, pane: str) -> None:
        self.panes.append(pane)

    def open_case(self, case: str | None) -> None:
        self.case = case


def citation(block: int = 2, document: str = "pdf", library: FakeLibrary | None = None) -> Citation:
    """The words of a block of a fake document, cited."""
    found = (library or FakeLibrary()).contents[document].blocks[block]
    anchor = found.anchor()
    assert anchor is not None
    return Citation(document, found.text, anchor)


def claims() -> tuple[Claim, ...]:
    """One claim of every standing."""
    c = citation()
    return (
        Claim("2023年末资产负债率为63.68%，比上年末上升5.58个百分点。", Status.TRACED, (c,)),
        Claim(
            "现金短债比为0.39。", Status.COMPUTED, (c,), Computation("46,120.33 ÷ 119,000.00 = 0.39", (c, citation(3)))
        ),
        Claim("短期债务主要依靠滚动续贷，偿债压力较大。", Status.PARTIAL, (citation(3),)),
        Claim("预计2024年现金流将明显改善。", Status.UNPROVEN),
        Claim("借款明细与附注相差500万元。", Status.CONFLICT, (citation(3), citation(1, "sheet"))),
        Claim("建议控制授信集中度。", Status.OWN),
    )


def fake_page(page: int, scale: float) -> PagePicture:
    """A drawn page of the fake PDF."""
    size = (int(595 * scale), int(842 * scale))
    image = QImage(*size, QImage.Format.Format_RGB888)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    painter.setPen(QColor("#222"))
    font = painter.font()
    font.setPixelSize(max(4, int(14 * scale)))
    painter.setFont(font)
    for block in pdf_document().blocks:
        if block.page == page:
            place = block.runs[0].place
            assert isinstance(place, PageLine)
            for letter, x in zip(block.text, place.edges, strict=False):
                painter.drawText(int(x * scale), int((place.bottom - 3) * scale), letter)
    painter.end()
    rows = (bytes(image.constScanLine(y))[: 3 * size[0]] for y in range(size[1]))
    return PagePicture(*size, b"".join(rows))


class FakeAnswerer:
    """Answers with the claims of :func:`claims`, letter by letter; ``hold`` makes it wait after ``until`` sentences."""

    def __init__(self, pause: float = 0.0, until: int | None = None, status: Outcome = Outcome.ANSWERED) -> None:
        self.pause = pause
        self.until = until
        self.status = status
        self.error: WorkbenchError | None = None
        self.questions: list[str] = []
        self.earlier: list[tuple[str, ...]] = []
        self.filters: list[Filters | None] = []
        self.more: dict[str, Any] = {}
        self.stopped = threading.Event()
        self.evidence = tuple(Claim(citation(n).quote, Status.TRACED, (citation(n),)) for n in (2, 3, 4))

    def ask(
        self,
        case: str,
        question: str,
        job: JobContext,
        on_event: Callable[[Any], None],
        choices: dict[str, str] | None = None,
        *,
        earlier: Sequence[str] = (),
        filters: Filters | None = None,
    ) -> Answer:
        self.questions.append(question)
        self.earlier.append(tuple(earlier))
        self.filters.append(filters)
        on_event(EvidenceFound(self.evidence))
        if self.error is not None:
            raise self.error
        said = () if self.status is Outcome.NOT_FOUND else claims()
        try:
            for claim in said[: self.until]:
                for letter in claim.text:
                    on_event(Piece(letter))
                    job.wait(self.pause)
                    job.check()
                on_event(SentenceChecked(claim))
            while self.until is not None:
                job.wait(10)
                job.check()
        finally:
            self.stopped.set()
        answer = Answer(question, self.status, "".join(c.text for c in said), 0.9, said, self.evidence)
        answer = replace(answer, **self.more)
        on_event(Answered(answer))
        return answer


@pytest.fixture
def fakes() -> Any:
    """Everything of this file, for tests."""
    return SimpleNamespace(**globals())


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, str]]:
    """Pages are drawn by :func:`fake_page`; page and thread of each are noted."""
    noted: list[tuple[int, str]] = []

    def draw(drawer: PageDrawer, paper: Paper, page: int, scale: float) -> PagePicture:
        noted.append((page, threading.current_thread().name))
        size = (int(595 * scale), int(842 * scale))
        return PagePicture(*size, b"\xff" * (3 * size[0] * size[1]))

    monkeypatch.setattr(PageDrawer, "announce", lambda drawer: None)
    monkeypatch.setattr(PageDrawer, "picture", draw)
    return noted


@pytest.fixture
def chinese() -> Iterator[None]:
    set_language("zh")
    yield
    set_language("zh")


@pytest.fixture
def watcher() -> Watcher:
    return Watcher()


@pytest.fixture
def make_desk(qapp: Any, tmp_path: Path, watcher: Watcher, chinese: None) -> Iterator[Callable[..., Desk]]:
    """Makes desks with fakes; the job runner is joined at the end."""
    runners = []
    theme.apply("light")

    def make(**services: Any) -> Desk:
        runner = JobRunner()
        runners.append(runner)
        library = services.pop("library", None) or FakeLibrary()
        keeper = SettingsKeeper(tmp_path)
        services.setdefault("importer", FakeImporter(library))
        desk = Desk(tmp_path, tmp_path, keeper, runner, library=library, arbiter=ComputeArbiter(), **services)
        desk.set_stage(watcher)
        return desk

    yield make
    for runner in runners:
        assert runner.shutdown()
