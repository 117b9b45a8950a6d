"""Cells read by code: what wins, what is doubted, what is left out."""

import pytest

from workbench.models.documents.document import Document
from workbench.models.documents.reading import read_bytes
from workbench.models.evidence import Status
from workbench.models.extracting import Paper, field_set, parse_set, read_cell


def paper(text: str, name: str = "p.md") -> Paper:
    document = read_bytes(name, text.encode())
    assert isinstance(document, Document)
    return Paper("d", document)


def profile(field: str):
    found = field_set("company_profile").field(field)
    assert found
    return found


def test_a_value_carries_the_words_that_say_it_and_their_place():
    cell = read_cell(paper("公司概况\n\n注册资本：26,000万元\n"), profile("registered_capital"))
    assert (cell.value, cell.unit, cell.shown) == ("260000000", "元", "26,000万元")
    assert cell.confident
    assert cell.citations[0].quote.endswith("26,000万元")


def test_the_latest_column_is_read_and_its_period_told():
    text = (
        "| 项目 | 2023年 | 2024年 | 2022年 |\n|---|---|---|---|\n"
        "| 研发人员数量（人） | 61 | 74 | 58 |\n| 研发人员占比 | 10.70% | 11.51% | 9% |\n"
    )
    made = paper(text)
    assert read_cell(made, profile("rd_staff")).value == "74"
    share = read_cell(made, profile("rd_staff_share"))
    assert (share.value, share.unit, share.period) == ("11.51", "%", "2024")


def test_two_values_that_disagree_are_a_conflict_and_never_sure():
    cell = read_cell(paper("注册资本：5,000万元\n\n注册资本：6,000万元\n"), profile("registered_capital"))
    assert cell.status is Status.CONFLICT
    assert not cell.confident
    assert len(cell.citations) == 2
    assert "5,000万元" in cell.note


def test_a_code_with_a_wrong_check_digit_is_shown_and_doubted():
    cell = read_cell(paper("统一社会信用代码：91320400761509566N\n"), profile("credit_code"))
    assert cell.value == "91320400761509566N"
    assert not cell.confident
    assert cell.status is Status.PARTIAL


def test_what_is_of_another_company_or_place_is_passed_over():
    made = paper(
        "江南精工股份有限公司2024年年度报告\n\n江南精工股份有限公司是一家企业。\n\n"
        "子公司北岸工贸有限公司注册资本：2,000万元。\n\n会计师事务所办公地址：南京市江东中路106号\n"
    )
    assert read_cell(made, profile("registered_capital")).missing
    assert read_cell(made, profile("office_address")).missing


def test_a_change_of_capital_is_no_capital():
    assert read_cell(paper("注册资本从人民币2000万元增加至5000万元。\n"), profile("registered_capital")).missing


def test_a_sum_of_printed_figures_is_computed_and_shows_its_formula():
    text = "| 教育程度 | 数量（人） |\n|---|---|\n| 博士 | 1 |\n| 硕士 | 14 |\n| 本科 | 204 |\n"
    cell = read_cell(paper(text), profile("postgraduates"))
    assert (cell.value, cell.status, cell.formula) == ("15", Status.COMPUTED, "1 + 14 = 15")
    assert len(cell.citations) == 2


def test_an_empty_or_inapplicable_value_is_missing():
    made = paper("办公地址：不适用\n\n电子信箱：—\n")
    assert read_cell(made, profile("office_address")).missing
    assert read_cell(made, profile("email")).missing


def test_a_share_is_never_taken_for_an_amount():
    field = parse_set('[[field]]\nname = "应纳税所得额"\ntype = "amount"\nunit = "元"\n', "mine").fields[0]
    assert read_cell(paper("应纳税所得额：15%、25%[注3]\n"), field).missing


def test_an_amount_without_a_unit_is_doubted():
    field = parse_set('[[field]]\nname = "保证金"\ntype = "amount"\nunit = "元"\n', "mine").fields[0]
    cell = read_cell(paper("保证金：5,000\n"), field)
    assert cell.value == "5000"
    assert not cell.confident


@pytest.mark.parametrize("term", ["12个月", "1年"])
def test_terms_are_told_in_months(term):
    field = field_set("loan_application").field("loan_term")
    assert field
    assert read_cell(paper(f"贷款期限：{term}，自首次提款之日起计算。\n"), field).value == "12"


def statement(field: str):
    found = field_set("bank_statement").field(field)
    assert found
    return found


FLOWS = (
    "账户名称：青禾食品有限公司,,账  号：6228480100001234567,,币种：人民币\n查询期间：20240101-20241231,,,,\n"
    "交易日,支出,收入,户名,账号\n20240105,100.00,,海晏纺织有限公司,62170000111\n20240106,,200.00,北溟商贸有限公司,62170000222\n"
)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("account_holder", "青禾食品有限公司"),
        ("account_number", "6228480100001234567"),
        ("currency", "人民币"),
        ("statement_period", "20240101-20241231"),
    ],
)
def test_a_label_and_its_value_in_one_cell_are_read_though_its_letters_stand_apart(field: str, value: str):
    cell = read_cell(paper(FLOWS, "f.csv"), statement(field))
    assert cell.value == value
    assert cell.confident


def test_a_head_beside_a_head_is_no_value():
    table = "户名,账号,开户行,余额\n海晏纺织有限公司,62170000111,云陵银行,1.00\n" * 2
    assert read_cell(paper(table, "f.csv"), statement("account_holder")).value != "账号"
    assert read_cell(paper(table, "f.csv"), statement("bank")).value != "余额"


def test_an_english_statement_names_its_account():
    made = paper("Account Name: Greenfield Foods Co., Ltd.\n\nAccount Number: 8110-7010-1234\n\nCurrency: CNY\n")
    told = [read_cell(made, statement(f)).value for f in ("account_holder", "account_number", "currency")]
    assert told == ["Greenfield Foods Co., Ltd.", "8110-7010-1234", "人民币"]
