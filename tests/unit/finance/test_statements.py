from decimal import Decimal

import pytest

from tests.unit.finance.papers import BALANCE, BALANCE_HEAD, DEBTS, balance_sheet, paper, table, text
from workbench.models.documents.document import Document
from workbench.models.evidence import TextSpan
from workbench.models.finance import Statement, checks_of, ratios_of, statements_of
from workbench.models.finance.accounts import account_of, plain_name
from workbench.models.finance.headings import column_period, period_of, title_of, unit_of
from workbench.models.finance.rows import amount_of


def found(document: Document) -> dict[tuple[str, str, str], Statement]:
    return {(s.kind, s.scope, s.period): s for s in statements_of([("d", document)])}


def value(statement: Statement, name: str) -> Decimal | None:
    item = statement.item(name)
    assert item is not None, name
    return item.value


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("五、净利润（净亏损以“－”号填列）", "净利润"),
        ("加：期初现金及现金等价物余额", "期初现金及现金等价物余额"),
        ("　其中：营业收入", "营业收入"),
        ("1.归属于母公司股东的净利润(净亏损以-号填列)", "归属于母公司股东的净利润"),
        ("实收资本（或股本）", "实收资本"),
        ("（一）持续经营净利润", "持续经营净利润"),
        ("减：库存股", "库存股"),
        ("“ ”五、净利润（净亏损以－号填列）", "净利润"),
        ("货 币 资 金", "货币资金"),
    ],
)
def test_a_printed_line_is_stripped_to_its_name(printed: str, plain: str) -> None:
    assert plain_name(printed) == plain


@pytest.mark.parametrize(
    ("kind", "printed", "canonical"),
    [
        ("balance", "股东权益合计", "所有者权益合计"),
        ("balance", "应收帐款", "应收账款"),
        ("balance", "负债及股东权益总计", "负债和所有者权益总计"),
        ("income", "营业税金及附加", "税金及附加"),
        ("income", "1．归属于母公司所有者的净利润", "归属于母公司股东的净利润"),
        ("cash", "收到的其他与经营活动有关的现金", "收到其他与经营活动有关的现金"),
    ],
)
def test_other_names_lead_to_the_canonical_line(kind: str, printed: str, canonical: str) -> None:
    account = account_of(kind, printed)  # type: ignore[arg-type]
    assert account is not None
    assert account.name == canonical


@pytest.mark.parametrize(
    ("printed", "amount"),
    [
        ("1,234.56", "1234.56"),
        ("(1,234.56)", "-1234.56"),
        ("（12）", "-12"),
        ("-43,120.80", "-43120.80"),
        ("−5.00", "-5.00"),
        ("1,286,437,\n518.62", "1286437518.62"),
        ("—", "0"),
        ("238615407.92", "238615407.92"),
    ],
)
def test_a_cell_is_read_as_printed(printed: str, amount: str) -> None:
    read = amount_of(printed)
    assert read is not None
    assert read.value == Decimal(amount)


@pytest.mark.parametrize("printed", ["", " ", "七、1", "不适用", "12%", "五、(一)3", "(12"])
def test_what_is_no_figure_is_none_and_never_zero(printed: str) -> None:
    assert amount_of(printed) is None


@pytest.mark.parametrize(
    ("line", "kind", "scope"),
    [
        ("合并资产负债表", "balance", "consolidated"),
        ("3、合并利润表", "income", "consolidated"),
        ("法定代表人：甲会计机构负责人：乙2、母公司资产负债表单位：元", "balance", "parent"),
        ("现 金 流 量 表", "cash", None),
        ("（二）公司利润表（续）", "income", "parent"),
    ],
)
def test_a_title_tells_kind_and_scope(line: str, kind: str, scope: str | None) -> None:
    title = title_of(line)
    assert title is not None
    assert (title.kind, title.scope) == (kind, scope)


@pytest.mark.parametrize(
    "line", ["合并资产负债表项目注释", "子公司的权益在合并资产负债表中股东权益项目下列示。", "净利润"]
)
def test_a_sentence_about_a_statement_is_no_title(line: str) -> None:
    assert title_of(line) is None


@pytest.mark.parametrize(
    ("line", "scale"),
    [("单位：万元", 10**4), ("单位:元 币种:人民币", 1), ("金额单位：人民币亿元", 10**8), ("货币单位：千元", 10**3)],
)
def test_the_unit_is_read(line: str, scale: int) -> None:
    assert unit_of(line) == scale


def test_the_name_of_the_company_is_no_unit() -> None:
    assert unit_of("编制单位：甲乙元机械有限公司") is None


@pytest.mark.parametrize(
    ("line", "period"),
    [("2019年1—12月", "2019"), ("2024年1-6月", "2024-06-30"), ("2019年12月31日", "2019-12-31"), ("2020年度", "2020")],
)
def test_periods_are_read(line: str, period: str) -> None:
    assert period_of(line) == period


@pytest.mark.parametrize(
    ("head", "kind", "period"),
    [
        ("期末余额", "balance", "2023-12-31"),
        ("上年年末余额", "balance", "2022-12-31"),
        ("年初余额", "balance", "2022-12-31"),
        ("本期发生额", "income", "2023"),
        ("上期发生额", "income", "2022"),
        ("上年同期", "cash", "2022"),
    ],
)
def test_relative_heads_take_the_statements_date(head: str, kind: str, period: str) -> None:
    assert column_period(head, kind, "2023-12-31") == period  # type: ignore[arg-type]


def test_a_ruled_statement_gives_both_periods_with_notes_left_out() -> None:
    statements = found(balance_sheet())
    closing, opening = (
        statements["balance", "consolidated", "2023-12-31"],
        statements["balance", "consolidated", "2022-12-31"],
    )
    assert (value(closing, "货币资金"), value(opening, "货币资金")) == (Decimal("100.00"), Decimal("80.00"))
    assert value(closing, "实收资本") == Decimal("200.00")
    assert opening.comparative
    assert not closing.comparative


def test_a_blank_cell_is_no_zero() -> None:
    closing = found(balance_sheet())["balance", "consolidated", "2023-12-31"]
    assert value(closing, "应收股利") is None


def test_figures_are_scaled_to_yuan() -> None:
    closing = found(balance_sheet(unit="单位：万元"))["balance", "consolidated", "2023-12-31"]
    item = closing.item("资产总计")
    assert item is not None
    assert item.value == Decimal(4_000_000)
    assert item.quantum == Decimal(100)


def test_the_anchor_is_the_figures_own_cell_and_the_quote_the_row_up_to_it() -> None:
    document = balance_sheet()
    item = found(document)["balance", "consolidated", "2022-12-31"].item("货币资金")
    assert item is not None
    assert item.citation.quote == "货币资金\t七、1\t100.00\t80.00"
    span = item.anchor.spans[0]
    assert isinstance(span, TextSpan)
    row = document.blocks[2].text.split("\n")[span.line - 1]
    assert row[span.start : span.end] == "80.00"


def test_a_table_goes_on_after_a_page_without_head() -> None:
    document = paper(
        text("合并资产负债表"), text("单位：元"), table(BALANCE_HEAD, *BALANCE), text("12 / 30"), table(*DEBTS)
    )
    closing = found(document)["balance", "consolidated", "2023-12-31"]
    assert value(closing, "负债和所有者权益总计") == Decimal("400.00")


def test_a_continued_title_goes_on_with_the_same_statement() -> None:
    document = paper(
        text("合并资产负债表"), table(BALANCE_HEAD, *BALANCE), text("合并资产负债表（续）"), table(BALANCE_HEAD, *DEBTS)
    )
    assert len(found(document)) == 2
    assert value(found(document)["balance", "consolidated", "2023-12-31"], "短期借款") == Decimal("120.00")


def test_a_continuation_with_a_stray_column_keeps_its_periods() -> None:
    wide = [(row[0], "", *row[1:]) for row in DEBTS]
    document = paper(text("合并资产负债表"), table(BALANCE_HEAD, *BALANCE), table(*wide))
    closing = found(document)["balance", "consolidated", "2023-12-31"]
    assert value(closing, "未分配利润") == Decimal("90.00")


def test_assets_and_debts_side_by_side_are_both_read() -> None:
    document = paper(
        text("资产负债表"),
        text("编制单位：戊己贸易有限公司　2023年12月31日　单位：元"),
        table(
            ("资产", "期末余额", "年初余额", "负债和所有者权益", "期末余额", "年初余额"),
            ("货币资金", "100.00", "80.00", "短期借款", "60.00", "50.00"),
            ("资产总计", "100.00", "80.00", "负债和所有者权益总计", "100.00", "80.00"),
        ),
    )
    closing = found(document)["balance", "parent", "2023-12-31"]
    assert closing.company == "戊己贸易有限公司"
    assert value(closing, "短期借款") == Decimal("60.00")
    assert value(found(document)["balance", "parent", "2022-12-31"], "货币资金") == Decimal("80.00")


def test_the_left_half_of_a_sheet_comes_before_the_right() -> None:
    document = paper(
        text("资产负债表"),
        text("2023年12月31日"),
        table(
            ("资产", "期末余额", "负债和所有者权益", "期末余额"),
            ("流动资产：", "", "流动负债：", ""),
            ("货币资金", "100.00", "短期借款", "60.00"),
            ("流动资产合计", "100.00", "流动负债合计", "60.00"),
        ),
    )
    statement = found(document)["balance", "parent", "2023-12-31"]
    assert [i.canonical for i in statement.items if not i.caption] == [
        "货币资金",
        "流动资产合计",
        "短期借款",
        "流动负债合计",
    ]


def test_a_workbook_with_its_titles_inside_the_table_is_read() -> None:
    document = paper(
        table(
            ("合并资产负债表", "", ""),
            ("编制单位：戊己贸易有限公司", "2023年12月31日", "单位：万元"),
            ("项目", "期末余额", "年初余额"),
            ("货币资金", "100", "90"),
            ("合并利润表", "", ""),
            ("项目", "2023年度", "2022年度"),
            ("营业收入", "1000", "900"),
        ),
        title="工作簿",
    )
    statements = found(document)
    assert value(statements["balance", "consolidated", "2022-12-31"], "货币资金") == Decimal(900_000)
    assert value(statements["income", "consolidated", "2023"], "营业收入") == Decimal(10_000_000)
    assert statements["balance", "consolidated", "2023-12-31"].company == "戊己贸易有限公司"


def test_consolidated_and_own_columns_side_by_side_are_told_apart() -> None:
    document = paper(
        text("利润表"),
        table(
            ("项目", "2023年度合并", "2023年度公司"), ("一、营业收入", "900.00", "400.00"), ("净利润", "90.00", "40.00")
        ),
    )
    statements = found(document)
    assert value(statements["income", "consolidated", "2023"], "净利润") == Decimal("90.00")
    assert value(statements["income", "parent", "2023"], "净利润") == Decimal("40.00")


def test_a_table_of_adjustments_is_no_statement_of_the_year() -> None:
    head = ("项目", "2022年12月31日", "2023年01月01日", "调整数")
    rows = [(row[0], row[2], row[3], "1.00") for row in BALANCE]
    document = paper(text("合并资产负债表"), table(head, *rows))
    assert found(document) == {}


def test_lines_of_a_text_serve_where_the_reader_made_no_table() -> None:
    document = paper(
        text("合并利润表"),
        text("2023年度"),
        text("单位：元"),
        text("项目 附注 本期发生额 上期发生额\n一、营业收入 七、61 1,200.00 1,000.00\n五、净利润 120.00 100.00"),
    )
    statements = found(document)
    assert value(statements["income", "consolidated", "2023"], "营业收入") == Decimal("1200.00")
    assert value(statements["income", "consolidated", "2022"], "净利润") == Decimal("100.00")


def test_interest_income_inside_finance_cost_is_not_the_bank_line() -> None:
    document = paper(
        text("合并利润表"),
        table(
            ("项目", "2023年度", "2022年度"),
            ("营业收入", "100.00", "90.00"),
            ("财务费用", "3.00", "2.00"),
            ("其中：利息费用", "5.00", "4.00"),
            ("利息收入", "2.00", "2.00"),
        ),
    )
    income = found(document)["income", "consolidated", "2023"]
    assert value(income, "财务费用中的利息收入") == Decimal("2.00")
    assert income.item("利息收入") is None


def test_earnings_per_share_are_never_scaled() -> None:
    document = paper(
        text("合并利润表"),
        text("单位：万元"),
        table(("项目", "2023年度", "2022年度"), ("净利润", "9.00", "8.00"), ("基本每股收益", "0.23", "0.24")),
    )
    assert value(found(document)["income", "consolidated", "2023"], "基本每股收益") == Decimal("0.23")


def test_a_statement_in_json_has_the_shape_of_the_contract() -> None:
    shape = found(balance_sheet())["balance", "consolidated", "2023-12-31"].to_json()
    assert {"document", "company", "kind", "scope", "period", "items"} <= shape.keys()
    cash = next(i for i in shape["items"] if i["canonical"] == "货币资金")
    assert cash["name"] == "货币资金"
    assert cash["value"] == "100.00"
    assert cash["anchor"]["kind"] == "text"
    assert all(i["name"] != "流动资产：" for i in shape["items"])


def test_a_sheet_without_a_head_is_of_the_date_beside_its_title():
    document = paper(
        text("资产负债表编制单位：青岚贸易有限公司 2023年08月25日 单位：万元"),
        table(
            ("货币资金", "84.00"),
            ("应收账款", "16.00"),
            ("流动资产合计", "100.00"),
            ("固定资产", "50.00"),
            ("资产总计", "160.00"),
            ("负债合计", "90.00"),
            ("所有者权益合计", "70.00"),
        ),
        title="扫描件",
    )
    (statement,) = statements_of([("scan", document)])
    assert (statement.company, statement.period) == ("青岚贸易有限公司", "2023-08-25")
    assert statement.item("资产总计").value == 1600000
    assert all(check.ok for check in checks_of([statement]))


def test_a_banks_balance_sheet_and_income_close_by_their_own_identities():
    document = paper(
        text("合并资产负债表"),
        text("单位：百万元"),
        table(
            ("项目", "2023年12月31日", "2022年12月31日"),
            ("资产：", "", ""),
            ("现金及存放中央银行款项", "200", "180"),
            ("存放同业及其他金融机构款项", "50", "60"),
            ("发放贷款及垫款", "700", "600"),
            ("其他资产", "50", "40"),
            ("资产总计", "1,000", "880"),
            ("负债：", "", ""),
            ("客户存款", "800", "720"),
            ("应付债券", "100", "70"),
            ("负债合计", "900", "790"),
            ("股东权益：", "", ""),
            ("股本", "60", "60"),
            ("未分配利润", "40", "30"),
            ("股东权益合计", "100", "90"),
        ),
        text("合并利润表"),
        text("单位：百万元"),
        table(
            ("项目", "2023年度", "2022年度"),
            ("一、营业收入", "30", "28"),
            ("利息净收入", "22", "21"),
            ("利息收入", "40", "38"),
            ("利息支出", "(18)", "(17)"),
            ("手续费及佣金净收入", "8", "7"),
            ("二、营业支出", "(16)", "(15)"),
            ("业务及管理费", "(10)", "(9)"),
            ("信用减值损失", "(6)", "(6)"),
            ("三、营业利润", "14", "13"),
            ("四、利润总额", "14", "13"),
            ("减：所得税费用", "(3)", "(3)"),
            ("五、净利润", "11", "10"),
        ),
        title="甲乙丙丁银行股份有限公司2023年度报告",
    )
    statements = statements_of([("bank", document)])
    checks = {(c.id, c.period): c.ok for c in checks_of(statements)}
    assert checks["K1", "2023-12-31"]
    assert all(checks[key, "2023"] for key in ("K2", "K3", "K4", "K5", "K6"))
    ratios = {r.name: r.value for r in ratios_of(statements) if r.period == "2023"}
    assert ratios["成本收入比"] == Decimal("33.3333")
    assert ratios["存贷比"] == Decimal("87.5000")
    assert "流动比率" not in ratios
