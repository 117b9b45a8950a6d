"""Growth, sums, shares and trends computed from the statements of the sample case."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from workbench.inference.fake import FakeEngine
from workbench.models.asking import Answer, Outcome
from workbench.models.asking.calculations import Operation, asked_task, calculated
from workbench.models.asking.figures import asked_names
from workbench.models.asking.prompts import CalculationPrompts, prompts
from workbench.models.evidence import Anchor, Citation, Status, TextSpan
from workbench.models.finance import Fact
from workbench.models.library import Library
from workbench.models.retrieval.filters import Filters

Ask = Callable[..., tuple[Answer, FakeEngine]]


def test_a_change_over_years_tells_every_year_and_the_step_between_them(ask: Ask) -> None:
    answer = ask("近三年营业收入变化")[0]
    assert answer.status is Outcome.ANSWERED
    assert answer.origin == "code"
    assert [c.text for c in answer.sentences] == [
        "2023年营业收入为11.44亿元。",
        "2024年营业收入为12.86亿元。",
        "2024年营业收入较2023年增长12.46%，增加1.43亿元。",
    ]
    assert answer.sentences[-1].computation is not None
    assert answer.sentences[-1].computation.formula.endswith("÷ 1,143,902,764.35 = 12.46%")
    assert len(answer.sentences[-1].citations) == 2


def test_fewer_years_than_asked_for_are_said_to_be_few(ask: Ask) -> None:
    assert "2023、2024" in ask("近三年营业收入变化")[0].note
    assert ask("近两年营业收入变化")[0].note == ""


def test_a_ratio_changes_by_points_between_the_figures_shown(ask: Ask) -> None:
    (claim, *_) = [c for c in ask("2024年末资产负债率较2023年上升了多少？")[0].sentences if "较" in c.text]
    assert claim.text == "2024年资产负债率较2023年增加1.36个百分点。"
    assert claim.computation is not None
    assert claim.computation.formula == "66.21% − 64.85% = 1.36个百分点"


def test_a_share_is_the_part_over_the_whole(ask: Ask) -> None:
    (claim,) = ask("2024年货币资金占资产总计的比例是多少？")[0].sentences
    assert claim.status is Status.COMPUTED
    assert claim.text.endswith("的11.85%。")


def test_a_sum_of_a_figure_the_papers_disagree_on_is_conflicting(ask: Ask) -> None:
    answer = ask("2024年短期借款和长期借款合计是多少？")[0]
    assert answer.status is Outcome.CONFLICTING
    assert "6.85亿元" in answer.text


def test_reasons_are_not_answered_by_figures(ask: Ask) -> None:
    assert ask("2024年营业收入较上年下降的原因是什么？")[0].status is Outcome.NOT_FOUND
    assert asked_task("营业收入较上年下降的原因", ("营业收入",), (2024,)) is None


def test_figures_of_documents_outside_the_scope_are_not_used(ask: Ask, sample_case: tuple[Library, str]) -> None:
    library, case_id = sample_case
    note = next(d for d in library.documents(case_id) if d.format != "pdf")
    answer = ask("近三年营业收入变化", Filters(documents=(note.id,)))[0]
    assert all(c.document == note.id for claim in answer.sentences for c in claim.citations)
    assert all(c.document == note.id for claim in answer.quotes for c in claim.citations)


@pytest.mark.parametrize(
    ("question", "years", "operation"),
    [
        ("近三年净利润的变化趋势", (), Operation.TREND),
        ("2022年至2024年营业收入分别是多少", (2022, 2024), Operation.TREND),
        ("2021年到2024年营业收入复合增长率", (2021, 2024), Operation.COMPOUND),
        ("2024年货币资金占资产总计的比例", (2024,), Operation.SHARE),
        ("2024年销售费用和管理费用之和是多少", (2024,), Operation.SUM),
        ("2024年营业收入与营业成本相差多少", (2024,), Operation.APART),
        ("2024年净利润同比增长多少", (2024,), Operation.GROWTH),
        ("2024年净利润比2023年多多少", (2023, 2024), Operation.GROWTH),
        ("2024年营业收入变化", (2024,), Operation.GROWTH),
        ("2024年营业收入和净利润比上年变化了多少", (2024,), Operation.GROWTH),
        ("货币资金占资产总计的比例是多少", (), Operation.SHARE),
        ("2024年净利润是多少", (2024,), None),
        ("净利润增长多少", (), None),
    ],
)
def test_the_operation_is_read_from_the_words(
    question: str, years: tuple[int, ...], operation: Operation | None
) -> None:
    task = asked_task(question, asked_names(question), years)
    assert (task.operation if task else None) == operation


def facts(**values: str) -> dict[tuple[str, str], Fact]:
    cited = Citation("d", "数", Anchor("text", (TextSpan(1, 0, 1),)))
    return {
        ("净利润", year[1:]): Fact("k", "净利润", year[1:], Decimal(v), "元", v, Status.TRACED, (cited,))
        for year, v in values.items()
    }


def words() -> CalculationPrompts:
    found = prompts("zh").calculations
    assert found is not None
    return found


def test_compound_growth_over_three_years_is_computed() -> None:
    known = facts(y2022="100", y2023="110", y2024="121")
    task = asked_task("2022年至2024年净利润复合增长率", ("净利润",), (2022, 2024))
    assert task is not None
    told = calculated(task, lambda n, y: known.get((n, y)), (2022, 2023, 2024), words())
    assert told[-1].text == "2022至2024年净利润年均复合增长率为10.00%。"


def test_a_loss_before_gives_a_difference_and_no_rate() -> None:
    known = facts(y2023="-50", y2024="100")
    task = asked_task("2024年净利润同比增长多少", ("净利润",), (2024,))
    assert task is not None
    step = calculated(task, lambda n, y: known.get((n, y)), (2023, 2024), words())[0]
    assert step.text == "2024年净利润较2023年增加150.00元。"


def test_nothing_is_said_where_a_year_is_missing() -> None:
    known = facts(y2024="100")
    task = asked_task("2024年净利润同比增长多少", ("净利润",), (2024,))
    assert task is not None
    assert calculated(task, lambda n, y: known.get((n, y)), (2024,), words()) == ()


def test_the_controlling_shareholder_is_told_and_not_every_shareholder(ask: Ask) -> None:
    answer = ask("控股股东是谁？")[0]
    assert answer.status is Outcome.ANSWERED
    assert answer.text.startswith("岚渚控股集团有限公司是")
    assert "持有" not in answer.text
