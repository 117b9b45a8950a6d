"""Names of organisations and persons in running text, and whom a name means."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

from workbench.models.documents.document import Block, BlockKind, Document
from workbench.models.evidence.labels import legal_stem, organisations

_FORMS = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9（）()·]{2,36}?(?:"
    r"(?:合伙企业|投资中心|管理中心|持股平台|基金)(?:（有限合伙）|（普通合伙）|\(有限合伙\))"
    r"|股份有限公司|有限责任公司|集团有限公司|有限公司|集团公司|股份公司|农村信用合作联社|信用社|合作社|银行(?![业卡间券账流承信借贷存授转])(?:[\u4e00-\u9fff]{2,8}(?:支行|分行))?)"
)
_LENDER = re.compile(r"(?<=[向从由])[\u4e00-\u9fff]{2,12}?银行(?=[借贷授存])")
_BEFORE = re.compile(
    r".*(?:[为向对与和及由是的在给于从被将以：:，,、。；;]|根据|结合|关于|持有|借款人|担保人|保证人|股东|供应商|客户|子公司|母公司|孙公司|参股公司|控股公司|关联方|年度?|月|日|其中)"
)
_COLLECTIVE = re.compile(
    r"^[一二三四五六七八九十几两多各该本某]?[家个]?(?:商业)?银行$|^[各该本某我贵另拟]|[以于末用]银行$"
)
_ALIAS = re.compile(
    r"(?P<name>{name})\s*[（(](?:以下|下)?简称[：:]?[“\"「]?(?P<alias>[\u4e00-\u9fffA-Za-z]{2,12})[”\"」]?".replace(
        "{name}", _FORMS.pattern
    )
)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金"
    "石廖贾夏韦傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁"
    "岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾"
    "尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛"
    "仲虞敖巩明佘池查麻苑迟邝"
)
_PERSON = re.compile(rf"(?:[{_SURNAMES}]|欧阳|上官|司马|诸葛|皇甫|令狐|东方|公孙|慕容)[\u4e00-\u9fff]{{1,2}}")
_ROLE = (
    r"(?:法定代表人|董事长|总经理|总裁|财务总监|财务负责人|董事会秘书|监事会主席|执行董事|实际控制人"
    r"|负责人|配偶|行长|股东|自然人)"
)
_BEHIND_ROLE = re.compile(
    rf"{_ROLE}(?:为|是|由|：|:|\t)?\s*(?P<name>{_PERSON.pattern})(?=[，,。；;、\s（(]|$|持有|担任|先生|女士|任|提供|及)"
)
_HOLDER = re.compile(rf"(?P<name>{_PERSON.pattern})(?=(?:直接|间接|合计)?持有|先生|女士)")
_NO_PERSON = re.compile(r"公司|合计|其他|小计|股东|总计|境内|境外|人民币|单位|项目|名称")


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a text: ``text[start:end]``, and whom it means."""

    start: int
    end: int
    name: str
    person: bool


class Names:
    """The names of a case: full names, what they are shortened to, and persons."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self._aliases: dict[str, str] = {}
        self._persons: set[str] = set()
        for document in documents:
            for block in document.blocks:
                if block.kind not in (BlockKind.HEADER, BlockKind.FOOTER):
                    self._learn(block)
        self._known = re.compile(
            "|".join(re.escape(n) for n in sorted({*self._aliases, *self._persons}, key=len, reverse=True)) or r"(?!)"
        )

    def mentions(self, text: str) -> list[Mention]:
        """Names in a text, in order, not overlapping; known names before new ones."""
        found = [
            Mention(m.start(), m.end(), self._aliases.get(m.group(), m.group()), m.group() in self._persons)
            for m in self._known.finditer(text)
        ]
        for name, start, end in _spelled(text):
            if not any(m.start < end and start < m.end for m in found if m.person or m.name != name):
                found = [m for m in found if not (m.start < end and start < m.end)]
                found.append(Mention(start, end, name, person=False))
        return sorted(found, key=lambda m: m.start)

    def meant(self, name: str) -> str:
        """The full name behind a short one; the name itself where none is known."""
        return self._aliases.get(name.strip(), name.strip())

    def _learn(self, block: Block) -> None:
        for name, _, _ in _spelled(block.text):
            self._aliases.setdefault(name, name)
        for match in _ALIAS.finditer(block.text):
            name = _shorn(match["name"])
            if name and match["alias"] not in name[-4:]:
                self._aliases[match["alias"]] = name
        for pattern in (_BEHIND_ROLE, _HOLDER):
            self._persons |= {m["name"] for m in pattern.finditer(block.text) if not _NO_PERSON.search(m["name"])}
        if block.kind is BlockKind.TABLE and re.search(r"股东|姓名|担保人|保证人", block.text.partition("\n")[0]):
            cells = (block.text[c.start : c.end].strip() for c in block.cells if c.column < 2 and c.row)
            self._persons |= {c for c in cells if _PERSON.fullmatch(c) and not _NO_PERSON.search(c)}


def _spelled(text: str) -> Iterable[tuple[str, int, int]]:
    for match in chain(_FORMS.finditer(text), _LENDER.finditer(text)):
        name = _shorn(match.group())
        if name:
            yield name, match.end() - len(name), match.end()


def _shorn(found: str) -> str:
    """A name without the words of its sentence before it; empty where only the words for one are left."""
    stem = legal_stem(found)
    whole = next(iter(organisations(found)), "")
    cut = _BEFORE.match(stem[:-2]) if len(stem) > 4 else None
    rest = found[cut.end() :] if cut and len(found) - cut.end() >= 4 else found
    name = whole if whole and len(whole) < len(rest) and rest.endswith(whole) else rest
    return "" if _COLLECTIVE.match(name) or len(legal_stem(name)) < 2 else name


def one_name(names: Sequence[str], name: str) -> str:
    """Which of the names a name belongs to: the longest that ends or begins with its stem; itself otherwise."""
    stem = legal_stem(name)
    same = [n for n in names if legal_stem(n) == stem or (len(stem) >= 4 and legal_stem(n).startswith(stem))]
    return max(same, key=len, default=name)
