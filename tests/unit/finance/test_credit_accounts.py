"""Credit reports that give each account a table of its own, head and values over each other in several rows."""

from datetime import date
from decimal import Decimal

from tests.unit.finance.papers import table, text
from workbench.models.documents.document import Block, BlockKind, Document
from workbench.models.finance.credit_report import CreditReport, credit_reports_of


def title(words: str) -> Block:
    return text(words, kind=BlockKind.HEADING)


def only(document: Document) -> CreditReport:
    (report,) = credit_reports_of([("d", document)])
    return report


def loan(number: int, lender: str, amount: str, balance: str, overdue: str = "0", months: str = "0") -> list[Block]:
    """An account as reports on persons print it since 2020."""
    return [
        text(f"账户{number}（授信协议标识：X{number}）"),
        table(
            ("管理机构", "账户标识", "开立日期", "到期日期", "借款金额", "账户币种"),
            (lender, f"D{number:09}", "2022.03.05", "2027.03.05", amount, "人民币元"),
            ("业务种类", "担保方式", "还款期数", "还款频率", "还款方式", "共同借款标志"),
            ("个人经营性贷款", "抵押", "60", "月", "按期计算还本付息", "无"),
            ("截至2024年11月30日", "", "", "", "", ""),
            ("账户状态", "五级分类", "余额", "剩余还款期数", "本月应还款", "最近一次还款日期"),
            (
                "正常" if overdue == "0" else "逾期",
                "正常" if overdue == "0" else "关注",
                balance,
                "28",
                "9,866",
                "2024.11.05",
            ),
            ("当前逾期期数", "当前逾期总额", "逾期31—60天未还本金", "逾期61—90天未还本金", "", ""),
            (months, overdue, "0", "0", "", ""),
        ),
    ]


def personal() -> Document:
    return Document(
        "个人信用报告",
        "pdf",
        (
            title("个人信用报告"),
            text("报告编号：2024120100001234567890  报告时间：2024.12.01 09:12:33"),
            table(
                ("被查询者姓名", "被查询者证件类型", "被查询者证件号码", "查询机构", "查询原因"),
                ("陆远舟", "身份证", "110101********0012", "云陵银行", "贷款审批"),
            ),
            title("（一）非循环贷账户"),
            *loan(1, "云陵银行股份有限公司", "600,000", "280,000"),
            *loan(2, "北岬银行股份有限公司", "300,000", "120,500", "10,020", "2"),
            title("（五）相关还款责任信息"),
            table(
                ("管理机构", "业务种类", "开立日期", "到期日期", "责任人类型", "还款责任金额"),
                ("澄江银行股份有限公司", "企业贷款", "2023.06.01", "2026.06.01", "保证人", "2,000,000"),
                ("截至2024年11月30日", "", "", "", "", ""),
                ("五级分类", "余额", "还款状态", "", "", ""),
                ("正常", "1,500,000", "正常", "", "", ""),
            ),
        ),
    )


def test_what_a_further_head_of_an_account_tells_belongs_to_that_account() -> None:
    first, second = only(personal()).debts
    assert (first.lender, first.product) == ("云陵银行股份有限公司", "个人经营性贷款")
    assert (first.amount, first.balance, first.overdue, first.overdue_months) == (600000, 280000, 0, 0)
    assert (first.opened, first.due, first.five_class) == (date(2022, 3, 5), date(2027, 3, 5), "正常")
    assert (second.balance, second.overdue, second.overdue_months, second.five_class) == (
        Decimal(120500),
        10020,
        2,
        "关注",
    )


def test_a_day_over_the_state_of_an_account_begins_no_section() -> None:
    (guarantee,) = only(personal()).guarantees
    assert (guarantee.lender, guarantee.amount, guarantee.balance) == ("澄江银行股份有限公司", 2000000, 1500000)
    assert len(only(personal()).debts) == 2


def test_every_part_of_an_account_can_be_found_again() -> None:
    for debt in only(personal()).debts:
        assert debt.lender in debt.citation.quote
        assert format(debt.balance or 0, ",f") in debt.citation.quote


def corporate() -> Document:
    account = (
        ("授信机构", "业务种类", "开立日期", "到期日", "币种", "借款金额"),
        ("云陵银行股份有限公司", "流动资金贷款", "2024-03-01", "2025-03-01", "人民币元", "800.00"),
        ("余额", "五级分类", "逾期总额", "逾期本金", "逾期月数", "担保方式"),
        ("650.00", "正常", "0.00", "0.00", "0", "保证"),
    )
    parts = (
        ("", "正常类", "", "关注类", "", "不良类", "", "合计", ""),
        ("", "账户数", "余额", "账户数", "余额", "账户数", "余额", "账户数", "余额"),
        ("短期借款", "1", "650.00", "0", "0.00", "0", "0.00", "1", "650.00"),
        ("合计", "1", "650.00", "0", "0.00", "0", "0.00", "1", "650.00"),
    )
    return Document(
        "企业信用报告",
        "pdf",
        (
            title("企业信用报告（自主查询版）"),
            text("如无特别说明，本报告中的金额类数据项单位均为万元"),
            table(("企业名称", "青岚装备制造有限公司"), ("中征码", "3301000000000001")),
            title("未结清信贷及授信信息概要"),
            table(*parts),
            title("未结清信贷"),
            text("短期借款 账户编号 001"),
            table(*account),
        ),
    )


def test_an_account_of_a_company_is_read_over_both_its_heads_in_the_unit_of_the_report() -> None:
    (debt,) = only(corporate()).debts
    assert (debt.lender, debt.amount, debt.balance) == ("云陵银行股份有限公司", Decimal(8000000), Decimal(6500000))
    assert (debt.five_class, debt.overdue, debt.overdue_months) == ("正常", 0, 0)


def test_a_summary_by_class_is_no_list_of_accounts() -> None:
    assert len(only(corporate()).debts) == 1
