"""The figures of the invented borrower, in yuan, and how they tie together.

Everything that must close is derived, never typed: totals, profit, equity, cash, the bank account.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

Pair = tuple[Decimal, Decimal]
"""2024 and 2023."""


def pair(this: str, last: str) -> Pair:
    return Decimal(this.replace(",", "")), Decimal(last.replace(",", ""))


INCOME_LINES: dict[str, Pair] = {
    "营业收入": pair("1,286,437,518.62", "1,143,902,764.35"),
    "营业成本": pair("1,003,182,640.17", "878,641,903.28"),
    "税金及附加": pair("7,214,385.90", "6,580,217.44"),
    "销售费用": pair("52,318,746.05", "47,905,331.62"),
    "管理费用": pair("61,904,227.38", "58,330,194.57"),
    "研发费用": pair("48,756,932.41", "42,187,605.83"),
    "财务费用": pair("29,682,907.56", "27,914,228.70"),
    "利息费用": pair("31,915,628.34", "29,702,415.96"),
    "利息收入": pair("3,104,572.19", "2,688,340.75"),
    "其他收益": pair("9,832,416.70", "8,204,955.31"),
    "投资收益": pair("1,536,208.44", "1,204,773.90"),
    "对联营企业和合营企业的投资收益": pair("1,236,208.44", "944,773.90"),
    "信用减值损失": pair("-8,426,519.33", "-5,903,648.12"),
    "资产减值损失": pair("-3,718,204.60", "-2,450,316.78"),
    "资产处置收益": pair("-186,427.15", "93,205.48"),
    "营业外收入": pair("1,208,533.27", "864,120.90"),
    "营业外支出": pair("943,718.06", "1,106,402.37"),
    "所得税费用": pair("10,905,617.48", "11,084,302.15"),
    "少数股东损益": pair("2,318,405.92", "2,106,874.35"),
}
COSTS = ("营业成本", "税金及附加", "销售费用", "管理费用", "研发费用", "财务费用")
GAINS = ("其他收益", "投资收益", "信用减值损失", "资产减值损失", "资产处置收益")

CURRENT_ASSETS: dict[str, Pair] = {
    "货币资金": pair("238,615,407.92", "214,306,528.47"),
    "交易性金融资产": pair("20,000,000.00", "15,000,000.00"),
    "应收票据": pair("62,418,350.26", "58,907,214.60"),
    "应收账款": pair("412,863,295.71", "348,227,140.38"),
    "应收款项融资": pair("24,306,117.45", "19,842,560.33"),
    "预付款项": pair("31,528,406.19", "28,614,937.52"),
    "其他应收款": pair("14,805,263.37", "16,238,409.91"),
    "存货": pair("356,912,748.84", "302,468,315.27"),
    "合同资产": pair("28,417,603.50", "24,136,528.94"),
    "其他流动资产": pair("9,263,518.07", "8,417,206.35"),
}
LONG_ASSETS: dict[str, Pair] = {
    "长期股权投资": pair("18,642,305.16", "17,406,096.72"),
    "投资性房地产": pair("22,915,408.33", "24,018,633.25"),
    "固定资产": pair("548,306,927.40", "512,684,335.19"),
    "在建工程": pair("86,427,519.62", "74,318,206.85"),
    "使用权资产": pair("11,230,648.77", "13,908,215.50"),
    "无形资产": pair("92,518,304.63", "95,206,417.38"),
    "长期待摊费用": pair("6,318,402.95", "7,214,806.12"),
    "递延所得税资产": pair("12,407,615.28", "10,613,428.94"),
    "其他非流动资产": pair("15,206,348.00", "11,820,450.00"),
}
LOANS: dict[str, Pair] = {
    "抵押借款": pair("186,500,000.00", "171,000,000.00"),
    "保证借款": pair("240,000,000.00", "200,000,000.00"),
    "信用借款": pair("60,000,000.00", "50,000,000.00"),
}
CURRENT_DEBTS: dict[str, Pair | None] = {
    "短期借款": pair("486,500,000.00", "421,000,000.00"),
    "应付票据": pair("140,600,000.00", "120,775,000.00"),
    "应付账款": None,
    "合同负债": pair("46,218,530.74", "41,306,728.15"),
    "应付职工薪酬": pair("24,815,306.42", "22,604,318.97"),
    "应交税费": pair("13,206,418.55", "14,328,906.21"),
    "其他应付款": pair("18,427,605.33", "21,306,914.88"),
    "一年内到期的非流动负债": pair("64,318,206.50", "52,704,118.36"),
    "其他流动负债": pair("28,306,517.20", "25,418,309.66"),
}
LONG_DEBTS: dict[str, Pair] = {
    "长期借款": pair("198,000,000.00", "176,000,000.00"),
    "租赁负债": pair("6,418,207.11", "9,206,318.40"),
    "长期应付款": pair("20,000,000.00", "30,000,000.00"),
    "递延收益": pair("16,204,318.75", "18,306,415.20"),
    "递延所得税负债": pair("3,218,406.90", "3,406,518.22"),
}
SHARE_CAPITAL = Decimal("260000000.00")
CAPITAL_RESERVE = Decimal("164306518.27")
SAFETY_FUND = pair("3,218,406.51", "2,806,315.44")
SURPLUS_2023, RETAINED_2023, MINORITY_2023 = Decimal("48206317.55"), Decimal("120418306.72"), Decimal("38206415.37")
DIVIDEND, APPROPRIATED = Decimal("26000000.00"), Decimal("4831254.03")
RESTRICTED = pair("56,240,000.00", "48,310,000.00")

OPERATING: tuple[dict[str, Pair], dict[str, Pair | None]] = (
    {
        "销售商品、提供劳务收到的现金": pair("1,318,406,527.31", "1,196,305,218.47"),
        "收到的税费返还": pair("6,218,403.55", "5,106,318.92"),
        "收到其他与经营活动有关的现金": pair("21,306,418.72", "18,427,306.15"),
    },
    {
        "购买商品、接受劳务支付的现金": None,
        "支付给职工以及为职工支付的现金": pair("168,427,305.16", "152,306,418.73"),
        "支付的各项税费": pair("49,306,218.47", "46,218,503.91"),
        "支付其他与经营活动有关的现金": pair("78,916,403.82", "70,316,208.44"),
    },
)
INVESTING: tuple[dict[str, Pair], dict[str, Pair]] = (
    {
        "收回投资收到的现金": pair("35,000,000.00", "30,000,000.00"),
        "取得投资收益收到的现金": pair("300,000.00", "260,000.00"),
        "处置固定资产、无形资产和其他长期资产收回的现金净额": pair("1,206,418.50", "860,300.00"),
    },
    {
        "购建固定资产、无形资产和其他长期资产支付的现金": pair("84,318,627.93", "72,418,306.59"),
        "投资支付的现金": pair("40,000,000.00", "30,000,000.00"),
    },
)
FINANCING: tuple[dict[str, Pair], dict[str, Pair]] = (
    {"取得借款收到的现金": pair("605,000,000.00", "538,000,000.00")},
    {
        "偿还债务支付的现金": pair("505,500,000.00", "472,000,000.00"),
        "分配股利、利润或偿付利息支付的现金": pair("57,915,628.34", "49,702,415.96"),
        "支付其他与筹资活动有关的现金": pair("15,612,405.30", "12,306,418.22"),
    },
)
EXCHANGE = pair("412,605.83", "318,206.44")
OPENING_CASH_2023 = Decimal("148206317.90")
DEPRECIATION, AMORTISATION = pair("46,218,305.72", "42,306,118.54"), pair("8,914,206.33", "8,306,415.97")

GUARANTEE_IN_NOTES, GUARANTEE_AT_VISIT = Decimal(30_000_000), Decimal(45_000_000)
OWN_SUBSIDIARY_GUARANTEE = Decimal(20_000_000)
LOAN_ASKED = Decimal(80_000_000)
PLANTED_LOAN_GAP = Decimal(5_000_000)
ACCOUNT_OPENING, ACCOUNT_CLOSING = Decimal("52418306.75"), Decimal("68306415.27")


def total(lines: dict[str, Pair]) -> Pair:
    return sum((v[0] for v in lines.values()), Decimal()), sum((v[1] for v in lines.values()), Decimal())


def add(*values: Pair) -> Pair:
    return sum((v[0] for v in values), Decimal()), sum((v[1] for v in values), Decimal())


def less(a: Pair, b: Pair) -> Pair:
    return a[0] - b[0], a[1] - b[1]


@dataclass(frozen=True)
class Figures:
    """Every line of the three statements by its printed name, totals included."""

    balance: dict[str, Pair]
    income: dict[str, Pair]
    cash: dict[str, Pair]


def _income() -> dict[str, Pair]:
    lines = dict(INCOME_LINES)
    lines["营业总收入"] = lines["营业收入"]
    lines["营业总成本"] = add(*(lines[n] for n in COSTS))
    lines["营业利润"] = add(less(lines["营业总收入"], lines["营业总成本"]), *(lines[n] for n in GAINS))
    lines["利润总额"] = less(add(lines["营业利润"], lines["营业外收入"]), lines["营业外支出"])
    lines["净利润"] = less(lines["利润总额"], lines["所得税费用"])
    lines["归属于母公司股东的净利润"] = less(lines["净利润"], lines["少数股东损益"])
    lines["每股收益"] = tuple((v / SHARE_CAPITAL).quantize(Decimal("0.01")) for v in lines["归属于母公司股东的净利润"])  # type: ignore[assignment]
    return lines


def _equity(income: dict[str, Pair]) -> dict[str, Pair]:
    """Equity of 2024 rolls on from 2023: profit in, appropriation across, dividend out."""
    profit = income["归属于母公司股东的净利润"][0]
    lines = {
        "股本": (SHARE_CAPITAL, SHARE_CAPITAL),
        "资本公积": (CAPITAL_RESERVE, CAPITAL_RESERVE),
        "专项储备": SAFETY_FUND,
        "盈余公积": (SURPLUS_2023 + APPROPRIATED, SURPLUS_2023),
        "未分配利润": (RETAINED_2023 + profit - APPROPRIATED - DIVIDEND, RETAINED_2023),
    }
    lines["归属于母公司股东权益合计"] = total(lines)
    lines["少数股东权益"] = (MINORITY_2023 + income["少数股东损益"][0], MINORITY_2023)
    lines["股东权益合计"] = add(lines["归属于母公司股东权益合计"], lines["少数股东权益"])
    return lines


def _balance(income: dict[str, Pair]) -> dict[str, Pair]:
    lines: dict[str, Pair] = {**CURRENT_ASSETS, "流动资产合计": total(CURRENT_ASSETS)}
    lines |= {**LONG_ASSETS, "非流动资产合计": total(LONG_ASSETS)}
    lines["资产总计"] = add(lines["流动资产合计"], lines["非流动资产合计"])
    equity = _equity(income)
    known = total({n: v for n, v in CURRENT_DEBTS.items() if v is not None})
    payable = less(less(lines["资产总计"], equity["股东权益合计"]), add(known, total(LONG_DEBTS)))
    debts = {n: payable if v is None else v for n, v in CURRENT_DEBTS.items()}
    lines |= {**debts, "流动负债合计": total(debts), **LONG_DEBTS, "非流动负债合计": total(LONG_DEBTS)}
    lines["负债合计"] = add(lines["流动负债合计"], lines["非流动负债合计"])
    lines |= equity
    lines["负债和股东权益总计"] = add(lines["负债合计"], lines["股东权益合计"])
    return lines


def _cash(balance: dict[str, Pair]) -> dict[str, Pair]:
    closing = less(balance["货币资金"], RESTRICTED)
    opening = (closing[1], OPENING_CASH_2023)
    increase = less(closing, opening)
    lines: dict[str, Pair] = {}
    for name, (inflow, outflow) in (("投资", INVESTING), ("筹资", FINANCING)):
        lines |= {**inflow, f"{name}活动现金流入小计": total(inflow)}
        lines |= {**outflow, f"{name}活动现金流出小计": total(outflow)}
        net = less(total(inflow), total(outflow))
        lines[f"{name}活动产生的现金流量净额"] = net
    nets = add(lines["投资活动产生的现金流量净额"], lines["筹资活动产生的现金流量净额"], EXCHANGE)
    operating = less(increase, nets)
    inflow, out = OPERATING
    known = total({n: v for n, v in out.items() if v is not None})
    bought = less(less(total(inflow), known), operating)
    paid = {n: bought if v is None else v for n, v in out.items()}
    lines |= {**inflow, "经营活动现金流入小计": total(inflow), **paid, "经营活动现金流出小计": total(paid)}
    lines["经营活动产生的现金流量净额"] = operating
    lines["汇率变动对现金及现金等价物的影响"] = EXCHANGE
    lines["现金及现金等价物净增加额"] = increase
    lines["期初现金及现金等价物余额"], lines["期末现金及现金等价物余额"] = opening, closing
    return lines


def figures() -> Figures:
    """The three statements, closed."""
    income = _income()
    balance = _balance(income)
    return Figures(balance, income, _cash(balance))


@dataclass(frozen=True)
class Entry:
    """A line of the account: exactly one of ``paid_in`` and ``paid_out`` is not zero."""

    day: date
    serial: str
    summary: str
    party: str
    paid_in: Decimal
    paid_out: Decimal
    balance: Decimal


CUSTOMERS = (
    "沅澜恒泵阀业有限公司",
    "北岬重工装备股份有限公司",
    "屿川风电设备有限公司",
    "临渡工程机械有限公司",
    "澄砚液压技术有限公司",
)
SUPPLIERS = ("沅澜特钢销售有限公司", "青墟铸件有限公司", "衡渚刀具有限公司", "屿川轴承贸易有限公司")


def _movements(rng: random.Random, month: int) -> list[tuple[int, str, str, int]]:
    """Day, summary, counterparty and signed fen of one month's ordinary business."""
    moves = [
        (rng.randint(2, 27), "货款", rng.choice(CUSTOMERS), rng.randint(180_000_00, 640_000_000)) for _ in range(8)
    ]
    moves += [
        (rng.randint(2, 27), "采购款", rng.choice(SUPPLIERS), -rng.randint(150_000_00, 560_000_000)) for _ in range(6)
    ]
    moves.append((10, "代发工资", "本单位职工", -rng.randint(900_000_000, 1_050_000_000)))
    moves.append((15, "缴纳税款", "国家金库沅澜市中心支库", -rng.randint(280_000_000, 420_000_000)))
    moves.append((21, "贷款利息", "沅澜银行股份有限公司", -rng.randint(95_000_000, 118_000_000)))
    if month == 6:
        moves.append((18, "分配2023年度股利", "岚渚控股集团有限公司等股东", -2_600_000_000))
    return moves


def account(year: int = 2024) -> list[Entry]:
    """The basic account's year; each month ends with a transfer that steers it to the known closing balance."""
    rng = random.Random(20240101)
    fen = int(ACCOUNT_OPENING * 100)
    target = int(ACCOUNT_CLOSING * 100)
    entries: list[Entry] = []
    for month in range(1, 13):
        last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
        moves = sorted(_movements(rng, month))
        goal = target if month == 12 else int(ACCOUNT_OPENING * 100) + rng.randint(-900_000_000, 1_500_000_000)
        rest = goal - fen - sum(m[3] for m in moves)
        moves.append(
            (
                last,
                "货款" if rest > 0 else "归集划款",
                "屿川风电设备有限公司" if rest > 0 else "岚渚精密机械一般户",
                rest,
            )
        )
        for day, summary, party, amount in moves:
            fen += amount
            money = Decimal(abs(amount)) / 100
            serial = f"{year}{month:02}{day:02}{len(entries) + 1:05}"
            paid = (money, Decimal()) if amount > 0 else (Decimal(), money)
            entries.append(Entry(date(year, month, day), serial, summary, party, *paid, Decimal(fen) / 100))
    return entries
