import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from workbench.i18n import set_language
from workbench.inference.api import ChatRequest, Engine
from workbench.inference.fake import FakeEngine
from workbench.jobs import ComputeArbiter
from workbench.models.documents.chunking import chunk
from workbench.models.documents.reading import read_file
from workbench.models.library import Importer, Library
from workbench.models.measuring import Contestant, Suite, from_folder

RECORDS = (
    {"id": "terms", "title": "产品条款", "text": "单户授信额度最高为三百万元，按近十二个月纳税额测算。"},
    {"id": "minutes", "title": "会议纪要", "text": "会议由闻亭远主持，应到委员七人，实到六人。"},
)
QUESTIONS = (
    {
        "id": "q1",
        "question": "谁主持会议？",
        "answer": "闻亭远",
        "documents": ["minutes"],
        "quotes": ["会议由闻亭远主持"],
    },
    {"id": "q2", "question": "公司食堂由谁承包？", "answerable": False},
)
WHO = Contestant("chat-a", "embed-a", "", "Model A", "Embedding A")


class Stable:
    """Opens one fake engine for every model, and remembers which were asked for."""

    def __init__(self, answer: str | Callable[[ChatRequest], str] = "会议由闻亭远主持。") -> None:
        script = answer if callable(answer) else (lambda _request: answer)
        self.engine = FakeEngine(script)
        self.asked_for: list[str] = []

    @contextmanager
    def opened(self, model: str) -> Iterator[Engine]:
        self.asked_for.append(model)
        yield self.engine


def read_here(library: Library, engine: Engine, arbiter: ComputeArbiter) -> Importer:
    """An importer without processes of its own."""
    return Importer(library, engine.embedder, arbiter, read=read_file, chunk=chunk)


def write_jsonl(path: Path, rows: Sequence[dict[str, Any]]) -> Path:
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


@pytest.fixture(autouse=True)
def in_chinese() -> None:
    set_language("zh")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "papers"
    made.mkdir()
    write_jsonl(made / "corpus.jsonl", RECORDS)
    write_jsonl(made / "queries.jsonl", QUESTIONS)
    return made


@pytest.fixture
def suite(folder: Path) -> Suite:
    return from_folder(folder)
