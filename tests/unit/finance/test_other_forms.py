"""Statements other than a listed company's yearly ones: of parts of a year, restated, small, foreign, of brokers."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from tests.unit.finance.papers import BALANCE, DEBTS, paper, table, text
from workbench.models.documents.document import Block, BlockKind, Document, Run, TextPlace
from workbench.models.documents.reading import read_bytes
from workbench.models.finance import Statement, checks_of, statements_of
from workbench.models.finance.accounts import account_of
from workbench.models.finance.headings import currency_of, head_of, period_of, report_date, title_of, unit_of
from workbench.models.finance.rows import amount_of, line_rows

INCOME = (
    ("一、营业收入", "1,000.00", "900.00"),
    ("减：营业成本", "700.00", "640.00"),
    ("管理费用", "100.00", "90.00"),
    ("二、营业利润", "200.00", "170.00"),
    ("三、利润总额", "200.00", "170.00"),
    ("减：所得税费用", "50.00", "40.00"),
    ("四、净利润", "150.00", "130.00"),
)
CASH = (
    ("加：期初现金及现金等价物余额", "80.00", "60.00"),
    ("六、期末现金及现金等价物余额", "95.00", "70.00"),
)
TWO = tuple((name, now, then) for name, _, now, then in (*BALANCE, *DEBTS))


def found(document: Document) -> dict[tuple[str, str, str], Statement]:
    return {(s.kind, s.scope, s.period): s for s in statements_of([("d", document)])}


def values(statement: Statement, *names: str) -> list[Decimal | None]:
    items = [statement.item(name) for name in names]
    return [item.value if item else None for item in items]


def sheet(title: str, head: Sequence[str], rows: Sequence[Sequence[str]], *above: str) -> list[Block]:
    return [text(title), *(text(line) for line in above), table(head, *rows)]


@pytest.mark.parametrize(
    ("line", "kind", "scope"),
    [
        ("青禾食品有限公司资产负债表", "balance", None),
        ("2023年12月31日合并及公司资产负债表", "balance", "consolidated"),
        ("二〇二三年度合并利润表", "income", "consolidated"),
        ("合并年初到报告期末利润表", "income", "consolidated"),
        ("2024年半年度合并现金流量表", "cash", "consolidated"),
        ("资产负债表（母公司）", "balance", "parent"),
        ("合并及银行利润表", "income", "consolidated"),
        ("利润表 会企02表", "income", None),
        ("合并损益及其他综合收益表", "income", "consolidated"),
        ("Consolidated Balance Sheet", "balance", "consolidated"),
        ("Company Statement of Financial Position", "balance", "parent"),
        ("Consolidated Statement of Profit or Loss and Other Comprehensive Income", "income", "consolidated"),
        ("Statement of Cash Flows (continued)", "cash", None),
    ],
)
def test_a_title_is_known_with_maker_date_and_form_around_it(line: str, kind: str, scope: str | None) -> None:
    title = title_of(line)
    assert title is not None
    assert (title.kind, title.scope) == (kind, scope)


@pytest.mark.parametrize(
    "line",
    ["公司对合并资产负债表", "Balance sheet items are net", "合并资产负债表项目注释", "资产负债表日后事项"],
)
def test_what_only_speaks_of_a_statement_is_none(line: str) -> None:
    assert title_of(line) is None


@pytest.mark.parametrize(
    ("line", "period"),
    [
        ("2024年半年度", "2024-06-30"),
        ("2024年上半年", "2024-06-30"),
        ("截至2024年6月30日止六个月期间", "2024-06-30"),
        ("2024年1月1日至6月30日", "2024-06-30"),
        ("2024年前三季度（1-9月）", "2024-09-30"),
        ("2024年第一季度", "2024-03-31"),
        ("2024年1-12月", "2024"),
        ("2024.6.30", "2024-06-30"),
        ("20231231", "2023-12-31"),
        ("2024年6月", "2024-06-30"),
        ("2024年初", "2023-12-31"),
        ("二〇二三年十二月三十一日", "2023-12-31"),
        ("二○二三年度", "2023"),
        ("31 December 2023", "2023-12-31"),
        ("As at June 30, 2024", "2024-06-30"),
        ("For the year ended 31 December 2023", "2023-12-31"),
    ],
)
def test_a_period_is_read_as_others_print_it(line: str, period: str) -> None:
    assert period_of(line) == period


@pytest.mark.parametrize("line", ["2024年7-9月", "2024年第三季度（7-9月）", "2024年4月1日至6月30日"])
def test_a_single_quarter_is_no_period_of_a_statement(line: str) -> None:
    assert period_of(line) is None


@pytest.mark.parametrize(
    ("line", "scale"),
    [
        ("人民币千元", 1000),
        ("RMB’000", 1000),
        ("(in thousands of RMB)", 1000),
        ("RMB million", 10**6),
        ("单位：（人民币）万元", 10**4),
        ("RMB", 1),
    ],
)
def test_a_unit_is_read_without_the_word_for_it(line: str, scale: int) -> None:
    assert unit_of(line, bare=True) == scale


@pytest.mark.parametrize(
    ("line", "name"),
    [("单位：美元", "美元"), ("币种：港币", "港币"), ("单位:元 币种:人民币", None), ("US$’000", "US$")],
)
def test_a_currency_that_is_not_the_yuan_is_named(line: str, name: str | None) -> None:
    assert currency_of(line) == name


@pytest.mark.parametrize(
    ("printed", "amount"),
    [
        ("¥1,234.50", "1234.50"),
        ("CNY 1,234.50", "1234.50"),
        ("RMB-12.00", "-12.00"),
        ("1,234.50-", "-1234.50"),
        ("人民币5.00元", "5.00"),
    ],
)
def test_a_figure_is_read_with_its_currency_or_its_sign_behind(printed: str, amount: str) -> None:
    read = amount_of(printed)
    assert read is not None
    assert read.value == Decimal(amount)


@pytest.mark.parametrize(
    ("kind", "printed", "canonical"),
    [
        ("cash", "借款所收到的现金", "取得借款收到的现金"),
        ("cash", "销售产成品、商品、提供劳务收到的现金", "销售商品、提供劳务收到的现金"),
        ("balance", "归属于本行股东权益合计", "归属于母公司所有者权益合计"),
        ("balance", "负债与股东权益总计", "负债和所有者权益总计"),
        ("income", "归属于母公司普通股股东的净利润", "归属于母公司股东的净利润"),
        ("income", "归属于少数股东的综合收益总额", "归属于少数股东的综合收益总额"),
        ("income", "主营业务税金及附加", "税金及附加"),
        ("income", "Less: Cost of sales", "营业成本"),
        ("balance", "Property, plant and equipment (note 8)", "固定资产"),
        ("balance", "TOTAL ASSETS", "资产总计"),
    ],
)
def test_a_line_told_in_other_little_words_or_in_english_is_the_same_line(
    kind: str, printed: str, canonical: str
) -> None:
    account = account_of(kind, printed)  # type: ignore[arg-type]
    assert account is not None
    assert account.name == canonical


def half_year() -> Document:
    return paper(
        *sheet("合并资产负债表", ("项目", "期末余额", "年初余额"), TWO, "2024年6月30日", "单位：元"),
        *sheet("合并利润表", ("项目", "2024年半年度", "2023年半年度"), INCOME, "单位：元"),
        *sheet("合并现金流量表", ("项目", "本期发生额", "上期发生额"), CASH, "2024年1—6月", "单位：元"),
        title="青禾食品股份有限公司2024年半年度报告",
    )


def test_a_half_years_flows_are_of_its_last_day_and_not_of_the_year() -> None:
    assert set(found(half_year())) == {
        ("balance", "consolidated", "2024-06-30"),
        ("balance", "consolidated", "2023-12-31"),
        ("income", "consolidated", "2024-06-30"),
        ("income", "consolidated", "2023-06-30"),
        ("cash", "consolidated", "2024-06-30"),
        ("cash", "consolidated", "2023-06-30"),
    }


def test_what_a_half_year_begins_with_is_not_compared_with_the_end_of_the_half_year_before() -> None:
    checks = checks_of(statements_of([("d", half_year())]))
    assert not [c for c in checks if c.id == "C4"]
    assert all(c.ok for c in checks)


def test_a_quarterly_report_tells_its_day_where_its_statements_do_not() -> None:
    document = paper(
        *sheet("2、合并年初到报告期末利润表", ("项目", "本期发生额", "上期发生额"), INCOME, "单位：元"),
        title="青禾食品股份有限公司2024年第三季度报告",
    )
    assert report_date(document) == "2024-09-30"
    assert {period for _, _, period in found(document)} == {"2024-09-30", "2023-09-30"}


def test_a_quarter_beside_the_months_up_to_its_end_is_left_out() -> None:
    head = (
        "项目",
        "2024年第三季度（7-9月）",
        "2023年第三季度（7-9月）",
        "2024年前三季度（1-9月）",
        "2023年前三季度（1-9月）",
    )
    rows = [(name, "1.00", "2.00", now, then) for name, now, then in INCOME]
    statements = found(paper(*sheet("合并利润表", head, rows, "2024年1—9月", "单位：元")))
    assert set(statements) == {("income", "consolidated", "2024-09-30"), ("income", "consolidated", "2023-09-30")}
    assert values(statements["income", "consolidated", "2024-09-30"], "营业收入") == [Decimal(1000)]


def test_the_month_beside_the_year_so_far_is_left_out() -> None:
    rows = [(name, now, "1.00") for name, now, _ in INCOME]
    statements = found(paper(*sheet("利润表", ("项目", "本年累计金额", "本月金额"), rows, "2024年12月", "单位：元")))
    assert set(statements) == {("income", "parent", "2024")}


@pytest.mark.parametrize(
    "head",
    [
        ("项目", "2023年度", "2022年度（调整后）", "2022年度（调整前）"),
        ("项目", "2023年度", "2022年度（经重述）", "2022年度（重述前）"),
        ("项目", "2023年度", "2022年度调整前", "2022年度调整后"),
    ],
)
def test_of_a_restated_year_the_figures_after_the_restatement_count(head: tuple[str, ...]) -> None:
    first = "前" in head[2]
    rows = [(name, now, *(("7.00", then) if first else (then, "7.00"))) for name, now, then in INCOME]
    statements = found(paper(*sheet("合并利润表", head, rows, "单位：元")))
    assert values(statements["income", "consolidated", "2022"], "营业收入", "净利润") == [Decimal(900), Decimal(130)]


def test_a_column_of_adjustments_still_makes_a_table_none_of_the_years_own() -> None:
    head = head_of({0: "项目", 1: "2018年12月31日", 2: "2019年1月1日", 3: "调整数"}, "balance", None, 4)
    assert head is not None
    assert head.foreign


def test_a_prospectus_gives_every_year_and_the_part_of_one() -> None:
    head = ("项目", "2024年1-6月", "2023年度", "2022年度", "2021年度")
    rows = [(name, now, then, now, then) for name, now, then in INCOME]
    statements = found(paper(*sheet("（二）合并利润表", head, rows, "单位：万元"), title="招股说明书"))
    assert [period for _, _, period in statements] == ["2024-06-30", "2023", "2022", "2021"]


def test_two_scopes_side_by_side_are_told_apart_by_the_word_behind_the_date() -> None:
    head = ("资产", "2023年12月31日合并", "2022年12月31日合并", "2023年12月31日公司", "2022年12月31日公司")
    rows = [(name, now, then, then, now) for name, now, then in TWO]
    document = paper(*sheet("2023年12月31日合并及公司资产负债表", head, rows, "人民币千元"))
    assert {(scope, period) for _, scope, period in found(document)} == {
        (scope, f"{year}-12-31") for scope in ("consolidated", "parent") for year in (2022, 2023)
    }


def test_figures_that_look_like_years_are_no_head() -> None:
    rows = [("货币资金", "500.00", "400.00"), ("某种准备", "2000", "1900"), ("资产总计", "2,500.00", "2,300.00")]
    document = paper(*sheet("资产负债表", ("项目", "期末数", "年初数"), rows, "2024年12月31日", "单位：元"))
    assert {period for _, _, period in found(document)} == {"2024-12-31", "2023-12-31"}


SMALL = (
    ("流动资产：", "", "", "流动负债：", "", ""),
    ("货币资金", "120.00", "90.00", "短期借款", "300.00", "280.00"),
    ("存货", "310.00", "280.00", "应付利息", "10.00", "9.00"),
    ("其中：原材料", "100.00", "90.00", "应付利润", "5.00", "1.00"),
    ("库存商品", "210.00", "190.00", "流动负债合计", "315.00", "290.00"),
    ("流动资产合计", "430.00", "370.00", "负债合计", "315.00", "290.00"),
    ("非流动资产：", "", "", "所有者权益：", "", ""),
    ("固定资产原价", "800.00", "750.00", "实收资本", "500.00", "500.00"),
    ("减：累计折旧", "300.00", "250.00", "未分配利润", "116.00", "80.00"),
    ("固定资产账面价值", "500.00", "500.00", "所有者权益合计", "616.00", "580.00"),
    ("工程物资", "1.00", "0.00", "", "", ""),
    ("非流动资产合计", "501.00", "500.00", "", "", ""),
    ("资产总计", "931.00", "870.00", "负债和所有者权益总计", "931.00", "870.00"),
)


def test_a_small_firms_sheet_adds_up_with_gross_assets_stocks_and_interest_on_lines_of_their_own() -> None:
    head = ("资产", "期末余额", "年初余额", "负债和所有者权益", "期末余额", "年初余额")
    document = paper(*sheet("资产负债表", head, SMALL, "编制单位：泽泽五金制品有限公司 2024年12月31日 单位：元"))
    statements = statements_of([("d", document)])
    checks = checks_of(statements)
    assert {c.id for c in checks} >= {"B1", "B2", "B4", "B6"}
    assert all(c.ok for c in checks), [c.name for c in checks if not c.ok]
    assert values(statements[0], "固定资产", "累计折旧") == [Decimal(500), Decimal(300)]
    assert all(item.canonical or item.caption for item in statements[0].items)


OLD = (
    ("一、主营业务收入", "5,000.00", "4,000.00"),
    ("减：主营业务成本", "3,500.00", "2,800.00"),
    ("主营业务税金及附加", "50.00", "40.00"),
    ("二、主营业务利润", "1,450.00", "1,160.00"),
    ("加：其他业务利润", "20.00", "10.00"),
    ("减：营业费用", "200.00", "180.00"),
    ("管理费用", "300.00", "280.00"),
    ("财务费用", "100.00", "90.00"),
    ("三、营业利润", "870.00", "620.00"),
    ("加：投资收益", "10.00", "5.00"),
    ("补贴收入", "5.00", "0.00"),
    ("四、利润总额", "885.00", "625.00"),
    ("减：所得税", "200.00", "150.00"),
    ("五、净利润", "685.00", "475.00"),
)


def test_an_income_statement_of_the_old_form_closes() -> None:
    document = paper(*sheet("利润表", ("项目", "本年累计数", "上年同期累计数"), OLD, "2024年度", "金额单位：万元"))
    checks = checks_of(statements_of([("d", document)]))
    assert {c.id for c in checks} >= {"I3", "I4", "I5"}
    assert all(c.ok for c in checks)


BRACKETS = (
    ("Revenue", "5,000", "4,500"),
    ("Cost of sales", "(3,500)", "(3,200)"),
    ("Gross profit", "1,500", "1,300"),
    ("Administrative expenses", "(250)", "(240)"),
    ("Profit before tax", "1,250", "1,060"),
    ("Income tax expense", "(300)", "(260)"),
    ("Profit for the year", "950", "800"),
)


def test_costs_all_printed_in_brackets_are_amounts() -> None:
    rows = [
        ("Consolidated Statement of Profit or Loss", "", ""),
        ("For the year ended 31 December 2023", "", "RMB’000"),
    ]
    document = paper(table(*rows, ("", "2023", "2022"), *BRACKETS), title="Annual report")
    statements = found(document)
    told = values(statements["income", "consolidated", "2023"], "营业成本", "管理费用", "所得税费用", "净利润")
    assert told == [Decimal(n * 1000) for n in (3500, 250, 300, 950)]
    assert all(c.ok for c in checks_of(list(statements.values())))


def test_one_cost_with_a_sign_among_others_stays_as_printed() -> None:
    rows = [(name, now.replace("100.00", "-100.00") if name == "管理费用" else now, then) for name, now, then in INCOME]
    document = paper(*sheet("利润表", ("项目", "2023年度", "2022年度"), rows, "单位：元"))
    statements = found(document)
    assert values(statements["income", "parent", "2023"], "营业成本", "管理费用") == [Decimal(700), Decimal(-100)]
    assert [c.id for c in checks_of(list(statements.values())) if not c.ok] == ["I3"]


def test_a_statement_in_dollars_is_kept_and_every_one_of_its_columns_flagged() -> None:
    document = paper(*sheet("资产负债表", ("项目", "期末余额", "年初余额"), TWO, "2023年12月31日", "单位：美元"))
    statements = statements_of([("d", document)])
    assert {s.currency for s in statements} == {"美元"}
    failed = [c for c in checks_of(statements) if not c.ok]
    assert [(c.id, c.period) for c in failed] == [("U2", "2023-12-31"), ("U2", "2022-12-31")]
    assert all("美元" in c.name for c in failed)


BROKER = (
    ("资产：", "", ""),
    ("货币资金", "500.00", "400.00"),
    ("其中：客户存款", "300.00", "250.00"),
    ("结算备付金", "80.00", "70.00"),
    ("融出资金", "200.00", "180.00"),
    ("存出保证金", "10.00", "9.00"),
    ("金融投资：", "", ""),
    ("交易性金融资产", "300.00", "280.00"),
    ("债权投资", "10.00", "9.00"),
    ("其他资产", "15.00", "14.00"),
    ("资产总计", "1,115.00", "962.00"),
    ("负债：", "", ""),
    ("应付短期融资款", "100.00", "90.00"),
    ("代理买卖证券款", "380.00", "310.00"),
    ("应付债券", "200.00", "180.00"),
    ("其他负债", "35.00", "22.00"),
    ("负债合计", "715.00", "602.00"),
    ("所有者权益：", "", ""),
    ("股本", "300.00", "300.00"),
    ("未分配利润", "100.00", "60.00"),
    ("所有者权益合计", "400.00", "360.00"),
    ("负债和所有者权益总计", "1,115.00", "962.00"),
)


def broker(rows: Sequence[Sequence[str]] = BROKER) -> Document:
    head = ("项目", "2023年12月31日", "2022年12月31日")
    return paper(*sheet("合并资产负债表", head, rows, "单位：百万元"), title="湘河证券股份有限公司2023年年度报告")


def test_a_brokers_assets_add_up_without_parts_and_its_clients_money_is_no_deposit_taken() -> None:
    statements = statements_of([("d", broker())])
    assert statements[0].item("吸收存款") is None
    checks = checks_of(statements)
    assert {"K1", "B6"} <= {c.id for c in checks}
    assert all(c.ok for c in checks)


def test_a_brokers_wrong_line_is_caught() -> None:
    rows = [(name, "230.00" if name == "融出资金" else now, then) for name, now, then in BROKER]
    assert "K1" in {c.id for c in checks_of(statements_of([("d", broker(rows))])) if not c.ok}


def test_lines_a_reader_joined_to_a_paragraph_are_lines_again() -> None:
    first, second = "货币资金 100.00 80.00", "存货 50.00 40.00"
    end = len(first) + len(second)
    runs = (Run(0, len(first), TextPlace(3, 0)), Run(len(first), end, TextPlace(4, 0)))
    block = Block(BlockKind.PARAGRAPH, first + second, runs)
    assert [[field.text for field in row] for row, _ in line_rows(block)] == [first.split(), second.split()]


def test_a_name_broken_at_a_pages_end_is_one_line_again() -> None:
    rows = [("一、营业收入", "1,000.00", "900.00"), ("减：营业成本", "700.00", "640.00")]
    rows += [("归属于母公司股东", "", ""), ("的净利润", "150.00", "130.00")]
    rows += [
        ("少数股东损", "10.00", "9.00"),
        ("益", "", ""),
        ("五、净利润（净亏损以“－”号填", "160.00", "139.00"),
        ("列）", "", ""),
    ]
    (statement, _) = statements_of([("d", paper(*sheet("利润表", ("项目", "2023年度", "2022年度"), rows, "单位：元")))])
    names = ("归属于母公司股东的净利润", "少数股东损益", "净利润")
    assert values(statement, *names) == [Decimal(150), Decimal(10), Decimal(160)]
    assert [item.canonical for item in statement.items[2:]] == list(names)


def test_two_unknown_lines_with_figures_of_their_own_stay_two() -> None:
    rows = [("一、营业收入", "1,000.00", "900.00"), ("少数股东损", "10.00", "9.00"), ("益", "1.00", "2.00")]
    (statement, _) = statements_of([("d", paper(*sheet("利润表", ("项目", "2023年度", "2022年度"), rows, "单位：元")))])
    assert [item.name for item in statement.items] == ["一、营业收入", "少数股东损", "益"]


def test_figures_are_not_taken_from_a_row_whose_columns_ran_together() -> None:
    rows = [("一、营业收入", "1,000.00", "900.00"), ("管理费用9150,000.00", "12,000.00", "")]
    (statement, _) = statements_of([("d", paper(*sheet("利润表", ("项目", "2023年度", "2022年度"), rows, "单位：元")))])
    assert statement.items[1].value is None


def test_heads_of_two_rows_tell_the_scope_below_a_merged_date() -> None:
    document = paper(
        text("资产负债表"),
        text("单位：元"),
        table(
            ("项目", "2023年12月31日", "2023年12月31日", "2022年12月31日", "2022年12月31日"),
            ("项目", "合并", "公司", "合并", "公司"),
            *((name, now, then, then, now) for name, now, then in TWO),
        ),
    )
    assert {(scope, period[:4]) for _, scope, period in found(document)} == {
        (scope, year) for scope in ("consolidated", "parent") for year in ("2022", "2023")
    }


def test_audited_figures_count_before_unaudited_ones() -> None:
    rows = [(name, "1.00", "2.00", now) for name, now, _ in INCOME]
    document = paper(*sheet("利润表", ("项目", "未审数", "审计调整", "审定数"), rows, "2023年度", "单位：元"))
    assert [values(s, "营业收入") for s in statements_of([("d", document)])] == [[Decimal(1000)]]


def test_a_line_pushed_to_the_right_by_a_tab_too_many_keeps_its_years() -> None:
    lines = ["合并利润表", "单位：元", "项目\t2023年度\t2022年度", "一、营业收入\t1,000.00\t900.00"]
    lines += ["投资收益\t\t3.00\t", "二、营业利润\t”\t303.00\t260.00", "营业外收入\t\t5.00", "营业外支出\t4.00\t"]
    names = ("投资收益", "营业利润", "营业外收入", "营业外支出")
    document = read_bytes("r.txt", "\n".join(lines).encode())
    assert isinstance(document, Document)
    for read in (document, paper(*(text(words, n) for n, words in enumerate(lines, 1)))):
        statements = found(read)
        assert values(statements["income", "consolidated", "2023"], *names) == [3, 303, None, 4]
        assert values(statements["income", "consolidated", "2022"], *names) == [None, 260, 5, None]


BANK_INCOME = (
    ("一、营业收入", "120", "110"),
    ("利息净收入", "90", "85"),
    ("利息收入", "180", "170"),
    ("利息支出", "(90)", "(85)"),
    ("手续费及佣金净收入", "30", "25"),
    ("手续费及佣金收入", "35", "29"),
    ("手续费及佣金支出", "(5)", "(4)"),
    ("二、营业支出", "(70)", "(66)"),
    ("税金及附加", "(2)", "(2)"),
    ("业务及管理费", "(38)", "(34)"),
    ("信用减值损失", "(30)", "(30)"),
    ("三、营业利润", "50", "44"),
    ("四、利润总额", "50", "44"),
    ("减：所得税费用", "(10)", "(9)"),
    ("五、净利润", "40", "35"),
    ("归属于本行股东的净利润", "39", "34"),
    ("少数股东损益", "1", "1"),
)


def test_a_unit_told_over_the_first_statement_holds_for_the_next_until_another_is_told() -> None:
    document = paper(
        *sheet("合并资产负债表", ("项目", "2023年12月31日", "2022年12月31日"), TWO, "货币单位均以人民币百万元列示"),
        *sheet("合并利润表", ("项目", "2023年度", "2022年度"), BANK_INCOME),
        *sheet("母公司利润表", ("项目", "2023年度", "2022年度"), INCOME, "单位：元"),
        title="云陵银行股份有限公司2023年年度报告",
    )
    statements = found(document)
    assert values(statements["income", "consolidated", "2023"], "营业收入") == [Decimal(120000000)]
    assert values(statements["income", "parent", "2023"], "营业收入") == [Decimal(1000)]


def test_a_banks_costs_in_brackets_close_with_its_impairment_among_them() -> None:
    document = paper(*sheet("合并利润表", ("项目", "2023年度", "2022年度"), BANK_INCOME, "单位：百万元"))
    statements = statements_of([("d", document)])
    checks = checks_of(statements)
    assert {c.id for c in checks} >= {"K2", "K3", "K4", "K5", "K6", "I6"}
    assert all(c.ok for c in checks)
    told = values(statements[0], "业务及管理费", "信用减值损失")
    assert told == [Decimal(38000000), Decimal(30000000)]
