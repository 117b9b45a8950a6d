"""Invented notes of visits to borrowers, told in prose as credit officers tell it, with the truth of each.

A fact is a line beside its label in one note, a sentence in the next and not told at all in a third, so that
patterns read some of the cells and a model has to read the rest. Every other note is long.
"""

import random
from dataclasses import dataclass

FIELDS = """
[[field]]
name = "借款人"
question = "谁申请贷款？"
type = "name"
[[field]]
name = "申请金额"
question = "申请贷款多少金额？"
type = "amount"
unit = "元"
[[field]]
name = "贷款期限"
question = "贷款期限是多少个月？"
type = "amount"
unit = "月"
[[field]]
name = "贷款用途"
question = "贷款用来做什么？"
[[field]]
name = "还款来源"
question = "用什么还款？"
[[field]]
name = "保证人"
question = "谁为贷款提供保证？"
type = "name"
[[field]]
name = "抵押物"
question = "抵押物是什么？"
[[field]]
name = "评估价值"
question = "抵押物评估价值是多少？"
type = "amount"
unit = "元"
[[field]]
name = "法定代表人"
question = "法定代表人是谁？"
type = "name"
[[field]]
name = "注册资本"
question = "注册资本是多少？"
type = "amount"
unit = "元"
[[field]]
name = "成立日期"
question = "公司什么时候成立？"
type = "date"
[[field]]
name = "主要产品"
question = "公司的主要产品是什么？"
[[field]]
name = "职工人数"
question = "公司有多少职工？"
type = "amount"
unit = "人"
[[field]]
name = "最大客户"
question = "最大的客户是哪家？"
type = "name"
[[field]]
name = "最大供应商"
question = "最大的供应商是哪家？"
type = "name"
[[field]]
name = "营业收入"
question = "上年营业收入是多少？"
type = "amount"
unit = "元"
[[field]]
name = "净利润"
question = "上年净利润是多少？"
type = "amount"
unit = "元"
[[field]]
name = "在手订单"
question = "在手订单金额是多少？"
type = "amount"
unit = "元"
[[field]]
name = "客户经理"
question = "客户经理是谁？"
type = "name"
[[field]]
name = "走访日期"
question = "哪一天走访企业？"
type = "date"
"""
"""Twenty fields as a user types them: a name and a question."""

_TOLD = {
    "借款人": ("此次出面申请贷款的是{}。", "本笔业务的借款人系{}，为存量授信客户。"),
    "申请金额": ("企业此番希望申请的金额为{}。", "企业主动提出申请，金额定在{}，可分次提用。"),
    "贷款期限": ("资金拟使用{}，贷款到期一次还清。", "双方商定的贷款期限不长，前后共{}。"),
    "贷款用途": ("所贷款项的用途，企业说是{}。", "谈到贷款用来做什么，企业答复为{}。"),
    "还款来源": ("将来还款靠的是{}。", "企业打算用{}来还款，来源较为稳定。"),
    "保证人": ("{}愿意为这笔贷款提供保证，并签署承诺。", "经协商，由{}出面提供连带责任保证。"),
    "抵押物": ("可供抵押的是{}，权属清晰。", "企业拿出{}作为抵押物，尚未设立他项权利。"),
    "评估价值": ("上述抵押物经评估，价值约{}。", "评估机构给出的抵押价值结论是{}。"),
    "法定代表人": ("接待我们的是法定代表人{}先生，从业二十余年。", "公司由{}担任法定代表人，并兼任总经理。"),
    "注册资本": ("公司注册时股东认缴资本{}，均已到位。", "目前登记的资本为{}，注册后未作变更。"),
    "成立日期": ("公司于{}成立，主业未变。", "自{}成立以来，公司一直在本地经营。"),
    "主要产品": ("公司做的产品主要是{}。", "车间里看到的主要产品有{}。"),
    "职工人数": ("厂里现有职工{}，多为本地人。", "人员方面，公司的职工共{}，一线占七成。"),
    "最大客户": ("客户中数{}采购最多，合作八年。", "{}是公司最大的客户，回款及时。"),
    "最大供应商": ("原料主要向{}购买，它是最大的一家供应商。", "供应商里{}供货最大，账期两个月。"),
    "营业收入": ("上年全年实现营业收入{}，略有增长。", "上年公司的营业总共有{}的收入进账。"),
    "净利润": ("扣除各项费用，上年净利润做到{}。", "上年公司净赚{}，利润率尚可。"),
    "在手订单": ("截至走访时，手上的订单还有{}没有交付。", "订单方面，企业在手{}，可排产到年底。"),
    "客户经理": ("本次走访由客户经理{}撰写。", "主办客户经理为{}，协办一人。"),
    "走访日期": ("我们在{}走访了企业。", "走访企业的日子是{}，天气晴好。"),
}
_TALK = (
    "厂区位于园区东侧，道路通畅，水电气供应正常，现场未见停工迹象。",
    "仓库内原材料与产成品分区摆放，标识清楚，抽查两笔与台账相符。",
    "行业整体景气度平稳，同类企业开工率在七成上下，价格竞争有所加剧。",
    "企业建有质量追溯制度，近两年没有发生重大质量投诉和安全事故。",
    "财务人员配备齐全，账务处理由专人复核，纳税申报按时完成。",
    "同园区的澜汀制冷有限公司去年搬迁，其厂房由园区收回另行安排。",
    "管理层对市场的判断较为谨慎，近期没有大额对外投资的打算。",
    "环保设施运行正常，排污许可在有效期内，环保部门例行检查未提出整改要求。",
    "设备以国产为主，三条产线可以互相替代，单条停机不影响整体交付。",
    "研发部门与当地院校有合作，样品试制周期约为三周，模具自行维护。",
    "运输外包给两家物流公司，运费按月结算，未发现拖欠。",
    "食堂、宿舍等后勤设施较为完善，员工流动率低于当地平均水平。",
    "周边同类企业的融资以流动资金贷款为主，利率随行就市。",
    "此前年度的审计报告均为标准无保留意见，会计师事务所未发生变更。",
)
_MATTERS = ("物流", "用工", "设备", "环保", "税务", "信息系统", "仓储", "安全", "研发", "质检", "采购", "后勤")
_REMARKS = (
    "方面看下来情况平稳，现场询问了两名在岗人员，说法与管理层的介绍大体一致，未见需要特别提示的事项。",
    "由分管副总介绍，制度文本较为完整，执行上偶有迟滞，企业表示会在下半年集中梳理一遍，我们将在贷后继续留意。",
    "的做法与本地同行相近，没有明显的短板，但也谈不上有什么特别之处，留待下次走访时再看。",
    "上近一年没有大的变化，随机抽查的三份记录填写规范、签字齐全，与口头介绍相互印证。",
)
_PLACES = ("澜汀", "沅渡", "北岬", "砚湖", "临川口", "云栖", "青埠", "石泷", "东篱", "鹿鸣")
_TRADES = ("精密机械", "包装材料", "食品科技", "纺织", "电子元件", "化工", "建材", "物流装备", "农业开发", "医疗器材")
_SURNAMES, _GIVEN = (
    "沈温陆顾程许韩苏叶秦",
    ("砚舟", "屿川", "知远", "清和", "予安", "景行", "书白", "承泽", "以宁", "怀瑾"),
)
_USES = (
    "购买冷轧钢板等原材料",
    "支付新产线的设备尾款",
    "备足旺季的包装用纸",
    "垫付出口订单的加工费",
    "归集采购生鲜原料",
)
_SOURCES = ("销售回款", "下游客户的货款", "出口收汇款项", "租金收入和货款", "项目结算款")
_THINGS = ("厂房一栋及土地使用权", "城东商铺六间", "办公楼第三层", "数控机床十二台", "仓库两座")
_GOODS = (
    "液压阀体",
    "瓦楞纸箱",
    "速冻面点",
    "功能面料",
    "贴片电感",
    "水性树脂",
    "蒸压砌块",
    "输送滚筒",
    "有机大米",
    "采血针",
)


@dataclass(frozen=True, slots=True)
class Note:
    """A note's text, and the value of each field; empty where it is not told."""

    name: str
    text: str
    truth: dict[str, str]


def notes(count: int, seed: int = 20) -> tuple[Note, ...]:
    """So many notes, the same for the same seed."""
    chance = random.Random(seed)
    return tuple(_note(number, chance) for number in range(count))


def _note(number: int, chance: random.Random) -> Note:
    facts = _facts(number, chance)
    lines: list[str] = []
    truth: dict[str, str] = {}
    for field, (printed, value) in facts.items():
        way = chance.random()
        truth[field] = "" if way < 0.15 else value
        if way >= 0.4:
            lines.append(chance.choice(_TOLD[field]).format(printed))
        elif way >= 0.15:
            lines.append(f"{field}：{printed}")
    told = [line for line in lines if "：" not in line.split("，")[0][:8]]
    labelled = [line for line in lines if line not in told]
    talk = list(_TALK[:4])
    if number % 2:
        talk = [*_TALK, *(f"{matter}{chance.choice(_REMARKS)}" for matter in _MATTERS * 3)]
    paragraphs = []
    while told:
        taken = [told.pop(0) for _ in range(min(len(told), chance.choice((2, 3))))]
        beside, talk = talk[: 1 + 3 * (number % 2)], talk[1 + 3 * (number % 2) :]
        paragraphs.append("".join([*taken, *beside]))
    paragraphs += ["".join(talk[n : n + 4]) for n in range(0, len(talk), 4)]
    text = "\n\n".join([f"走访纪要第{number + 1}号", *labelled, *paragraphs])
    return Note(f"{number + 1:02d}.txt", text + "\n", truth)


def _facts(number: int, chance: random.Random) -> dict[str, tuple[str, str]]:
    """As printed, and as the grid tells it."""

    def company() -> str:
        return f"{chance.choice(_PLACES)}{chance.choice(_TRADES)}{chance.choice(('有限公司', '股份有限公司'))}"

    def person() -> str:
        return chance.choice(_SURNAMES) + chance.choice(_GIVEN)

    def money(low: int, high: int) -> tuple[str, str]:
        units = chance.randrange(low, high) * 10
        return (f"{units:,}万元", str(units * 10_000))

    def day(year: int) -> tuple[str, str]:
        month, of_month = chance.randrange(1, 13), chance.randrange(1, 29)
        return f"{year}年{month}月{of_month}日", f"{year}-{month:02d}-{of_month:02d}"

    def same(words: str) -> tuple[str, str]:
        return words, words

    months = chance.choice((6, 9, 12, 18, 24, 36))
    people = chance.randrange(40, 900)
    return {
        "借款人": same(company()),
        "申请金额": money(20, 900),
        "贷款期限": (f"{months}个月", str(months)),
        "贷款用途": same(chance.choice(_USES)),
        "还款来源": same(chance.choice(_SOURCES)),
        "保证人": same(company()),
        "抵押物": same(chance.choice(_THINGS)),
        "评估价值": money(100, 1500),
        "法定代表人": same(person()),
        "注册资本": money(50, 2000),
        "成立日期": day(2000 + number),
        "主要产品": same(_GOODS[number % len(_GOODS)]),
        "职工人数": (f"{people}人", str(people)),
        "最大客户": same(company()),
        "最大供应商": same(company()),
        "营业收入": money(800, 9000),
        "净利润": money(20, 700),
        "在手订单": money(60, 1900),
        "客户经理": same(person()),
        "走访日期": day(2025),
    }
