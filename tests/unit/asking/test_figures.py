"""Figures answered by code from the statements of the sample case."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from workbench.inference.fake import FakeEngine
from workbench.jobs import ComputeArbiter, JobContext
from workbench.models.asking import Answer, Asker, Outcome
from workbench.models.asking.figures import asked_names
from workbench.models.documents.chunking import chunk
from workbench.models.documents.reading import read_file
from workbench.models.evidence import Status
from workbench.models.library import Importer, Library
from workbench.models.retrieval import Retriever
from workbench.paths import resources
from workbench.vault import LibraryKey

SAMPLE = resources() / "samples" / "credit_case"


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Library, str]]:
    home: Path = tmp_path_factory.mktemp("figures") / "home"
    with Library.open(home, LibraryKey(bytes(range(32)))) as library:
        case_id = library.create_case("样例").id
        importer = Importer(library, None, ComputeArbiter(), read=read_file, chunk=chunk)
        paths = [p for p in SAMPLE.iterdir() if p.suffix in (".pdf", ".docx", ".md")]
        assert len(list(importer.add(case_id, paths, JobContext()))) == len(paths)
        yield library, case_id


def ask(case: tuple[Library, str], question: str) -> tuple[Answer, FakeEngine]:
    library, case_id = case
    engine = FakeEngine(["资料中未提及。"])
    return Asker(library, Retriever(library, None), engine).ask(case_id, question, JobContext()), engine


def test_a_ratio_is_computed_from_cited_lines_without_the_model(case: tuple[Library, str]) -> None:
    answer, engine = ask(case, "2024年末资产负债率是多少？")
    (claim,) = answer.sentences
    assert answer.status is Outcome.ANSWERED
    assert answer.origin == "code"
    assert claim.status is Status.COMPUTED
    assert claim.computation is not None
    assert "66.21%" in claim.computation.formula
    assert len(claim.citations) == 2
    assert engine.fake_chat.requests == []


def test_a_line_the_papers_disagree_on_is_conflicting_and_cites_them_all(case: tuple[Library, str]) -> None:
    answer, _ = ask(case, "2024年末短期借款是多少？")
    assert answer.status is Outcome.CONFLICTING
    assert len({c.document for claim in answer.sentences for c in claim.citations}) >= 2


def test_another_company_is_not_answered_with_this_ones_figures(case: tuple[Library, str]) -> None:
    answer, _ = ask(case, "2024年末北海航空股份有限公司的资产负债率是多少？")
    assert answer.origin != "code" or answer.status is Outcome.NOT_FOUND
    assert "66.21" not in answer.text


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("2019年毛利率是多少？", ("毛利率",)),
        ("流动比率和速动比率分别是多少", ("流动比率", "速动比率")),
        ("管理费用率是多少", ("管理费用率",)),
        ("营业外支出和营业外收入分别是多少元？", ("营业外支出", "营业外收入")),
        ("公司的主要产品是什么？", ()),
    ],
)
def test_names_of_figures_are_found_whole_and_in_order(question: str, names: tuple[str, ...]) -> None:
    assert asked_names(question) == names
