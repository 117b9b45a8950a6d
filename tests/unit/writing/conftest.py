"""A small case without a store: documents in memory, search by shared words, notes in a dictionary."""

import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from workbench.jobs import JobContext
from workbench.models.documents.document import Block, BlockKind, Document, Run, TextPlace
from workbench.models.evidence import Anchor, Citation, Status, TextSpan
from workbench.models.evidence.terms import terms
from workbench.models.finance.fact import Fact
from workbench.models.finance.facts import Finances
from workbench.models.library import Case, StoredChunk, StoredDocument

PASSAGES = {
    "申请书.docx": [
        "一、申请金额：人民币8,000.00万元。贷款用途：采购原材料。",
        "担保方式：由控股股东甲集团有限公司提供连带责任保证。",
    ],
    "审计报告.pdf": [
        "公司控股股东为甲集团有限公司，持股41.20%。张三持有甲集团有限公司72.00%的股权，为公司实际控制人。",
        "公司主要从事精密部件的研发、生产和销售。",
        "股东名称\t持股数（万股）\t持股比例\n甲集团有限公司\t10,712\t41.20%\n"
        "张三\t3,900\t15.00%\n合　计\t14,612\t56.20%",
        "全年平均产能利用率为84.6%，设计产能为42万套/年。",
    ],
    "政策.jsonl": ["第八条 申请金额不得超过净资产的50%。"],
}


@dataclass(frozen=True)
class Found:
    chunk: StoredChunk
    document: StoredDocument
    score: float


@dataclass
class Shelf:
    """Documents, chunks and notes of one case."""

    stored: list[StoredDocument] = field(default_factory=list)
    chunks: list[StoredChunk] = field(default_factory=list)
    saved: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)

    def put(self, name: str, texts: Sequence[str]) -> None:
        number = f"d{len(self.stored) + 1}"
        properties = {"article": "八"} if name.endswith("jsonl") else {}
        self.stored.append(
            StoredDocument(number, "c1", name, name, "text", "words", 0, len(texts), 0, 1, "", 1, properties)
        )
        for order, text in enumerate(texts):
            self.chunks.append(StoredChunk(f"{number}-{order}", number, order, text, "", order))

    def case(self, _case: str) -> Case:
        return Case("c1", "示例卷宗", "2026-01-01T00:00:00Z", len(self.stored))

    def documents(self, _case: str) -> tuple[StoredDocument, ...]:
        return tuple(self.stored)

    def content(self, document: str) -> Document:
        blocks = [
            Block(BlockKind.PARAGRAPH, c.text, (Run(0, len(c.text), TextPlace(c.ordinal + 1, 0)),))
            for c in self.chunks
            if c.document == document
        ]
        return Document(document, "text", tuple(blocks))

    def anchor(self, chunk: StoredChunk, start: int, end: int) -> Anchor:
        return Anchor("text", (TextSpan(chunk.ordinal + 1, start, end),))

    def save_note(self, _case: str, kind: str, key: str, value: dict[str, Any]) -> None:
        self.saved[kind, key] = value

    def notes(self, _case: str, kind: str) -> dict[str, dict[str, Any]]:
        return {key: value for (k, key), value in self.saved.items() if k == kind}

    def search(
        self, _case: str, query: str, *, k: int = 10, documents: object = None, job: JobContext | None = None
    ) -> list[Found]:
        wanted = set(terms(query))
        by_id = {d.id: d for d in self.stored}
        scored = [(len(wanted & set(terms(c.text))), c) for c in self.chunks]
        best = sorted((x for x in scored if x[0]), key=lambda x: -x[0])[:k]
        return [Found(c, by_id[c.document], float(n)) for n, c in best]


@pytest.fixture
def shelf() -> Shelf:
    shelf = Shelf()
    for name, texts in PASSAGES.items():
        shelf.put(name, texts)
    return shelf


@pytest.fixture
def make_fact() -> Callable[..., Fact]:
    def make(name: str, year: str, value: str, status: Status = Status.TRACED) -> Fact:
        citation = Citation("d2", f"{name}\t{value}", Anchor("text", (TextSpan(9, 0, 4),)))
        return Fact(f"{name}@{year}", name, year, Decimal(value), "元", value, status, (citation,))

    return make


@pytest.fixture
def facts(make_fact: Callable[..., Fact]) -> dict[str, Fact]:
    figures = {
        "资产总计": ("2013104191.45", "1803349431.72"), "负债合计": ("1332973876.09", "1169405558.37"),
        "所有者权益合计": ("680130315.36", "633943873.35"), "流动资产合计": ("1199130711.31", "1036158841.77"),
        "流动负债合计": ("1089132943.33", "932486306.55"), "非流动资产合计": ("813973480.14", "767190589.95"),
        "非流动负债合计": ("243840932.76", "236919251.82"), "货币资金": ("238615407.92", "214306528.47"),
        "应收账款": ("412863295.71", "248227140.38"), "存货": ("356912748.84", "302468315.27"),
        "短期借款": ("486500000.00", "421000000.00"), "营业收入": ("1286437518.62", "1143902764.35"),
        "营业成本": ("1003182640.17", "878641903.28"), "净利润": ("71774350.94", "72165669.08"),
        "利润总额": ("82679968.42", "83249971.23"), "利息费用": ("31915628.34", "29702415.96"),
        "经营活动产生的现金流量净额": ("-7806516.69", "84778844.90"), "应付账款": ("266740358.59", "213042010.32"),
        "预付款项": ("31528406.19", "28614937.52"), "合同负债": ("46218530.74", "41306728.15"),
    }  # fmt: skip
    made = [make_fact(n, y, v) for n, values in figures.items() for y, v in zip(("2024", "2023"), values, strict=True)]
    return {f.key: f for f in made}


@pytest.fixture
def finances(facts: dict[str, Fact]) -> Callable[[object], Finances]:
    return lambda _documents: Finances((), (), (), (), facts, "岚渚精密机械股份有限公司")


@pytest.fixture
def convert(tmp_path: Path) -> Callable[[Path, str], Path]:
    """LibreOffice with a profile of its own: another running one would take the job and answer nothing."""

    def run(source: Path, kind: str) -> Path:
        office = shutil.which("soffice")
        assert office
        profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
        command = [office, profile, "--headless", "--convert-to", kind, "--outdir", str(tmp_path / "out"), str(source)]
        subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL)
        return tmp_path / "out" / f"{source.stem}.{kind.partition(':')[0]}"

    return run
