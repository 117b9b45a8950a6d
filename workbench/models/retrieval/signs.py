"""What the wording of a sentence says of its part in a text: recap, announcement, step of an account, outlook.

Signs of Chinese and English prose in general; how much each counts stands in :mod:`weighing`.
"""

import re
from functools import lru_cache

_RECAP = re.compile(
    r"^\s*(?:综上|总之|总的来|总体|总而言之|通过(?:上述|以上|这些|一系列)|以上|上述|这些(?:事件|举措|措施|成果)"
    r"|in (?:summary|conclusion)|overall|through these|these (?:events|initiatives|measures))",
    re.IGNORECASE,
)
_VAGUE = re.compile(r"一系列|以下|如下|多项|若干|a series of|several|following", re.IGNORECASE)
_BACK = re.compile(
    r"^\s*(?:这|该|其(?![次中])|此(?!外)|(?:this|these|it)\s|the (?:move|initiative|acquisition))", re.IGNORECASE
)
_STEP = re.compile(
    r"^\s*(?:首先|其次|此外|另外|随后|接着|然后|最后|同时|并且|第[一二三四五六]|[一二三四五六七八九十]、"
    r"|[（(][一二三四五六七八九十\d]+[)）]|first|second|additionally|furthermore|moreover|finally|in addition)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_DIGIT = re.compile(r"\d")
_AHEAD = re.compile(
    r"计划|展望|未来|将(?:继续|进一步|会|加强|通过|采取)|拟|战略|策略|\bplan|future|\bwill |strateg", re.IGNORECASE
)
_EFFECT = re.compile(r"影响|效果|作用|成效|意义|提升|促进|effect|impact|influence|improve", re.IGNORECASE)
_EVENT = re.compile(r"事件|变动|变化|经过|过程|历程|\bevent|\bchange", re.IGNORECASE)
_INDICATOR = re.compile(r"指标|数据|业绩|表现|indicator|metric|performance", re.IGNORECASE)
_QUANTITY = re.compile(
    r"多少|几[个家次年名项天月位]|何时|什么时候|哪一?[年月天日]|多[长久高大]|比例|比率|占比|[^概效]率|金额|[额价]是|日期|时间"
    r"|how (?:many|much|long)|\bwhen\b|percent|amount|date",
    re.IGNORECASE,
)
_TOPIC = re.compile(
    r"^\s*(?:(?:另外|此外|同时|其次|首先|最后|而)，?)?(?:在|就|关于|对于|从)?(?P<topic>[^，,。；]{2,24}?)(?:方面|领域|层面)"
)
_TOPIC_ENDS = re.compile(r"^\s*(?:综上|总之|展望|未来|通过(?:上述|以上|这些)|以上)")

SIGNS = (
    "recap",
    "vague",
    "back",
    "step",
    "dated",
    "figures",
    "effect",
    "ahead",
    "not_ahead",
    "event",
    "indicator",
    "quantity",
)
"""``recap`` sums up what was told, ``vague`` announces without telling, ``back`` begins by pointing at the sentence
before, ``step`` is one of an enumeration, ``dated`` names a year, ``figures`` a digit. The rest are kept to what a
question wants: ``effect`` points back where effects are asked for, ``ahead`` speaks of what is planned where that is
asked for and ``not_ahead`` where it is not, ``event`` is dated where events are, ``indicator`` holds figures where
indicators are, ``quantity`` where a number or a time is asked for."""


@lru_cache(maxsize=512)
def wanted(question: str) -> tuple[bool, ...]:
    """Whether a question wants effects, plans, events, indicators, a quantity."""
    return tuple(bool(p.search(question)) for p in (_EFFECT, _AHEAD, _EVENT, _INDICATOR, _QUANTITY))


def signs(question: str, sentence: str) -> tuple[float, ...]:
    """The :data:`SIGNS` of a sentence, each 0 or 1, in their order."""
    effect, ahead, event, indicator, quantity = wanted(question)
    back, dated, figures, plan = (bool(p.search(sentence)) for p in (_BACK, _YEAR, _DIGIT, _AHEAD))
    held = (
        bool(_RECAP.search(sentence)),
        bool(_VAGUE.search(sentence)),
        back,
        bool(_STEP.search(sentence)),
        dated,
        figures,
        effect and back,
        ahead and plan,
        plan and not ahead,
        event and dated,
        indicator and figures,
        quantity and figures,
    )
    return tuple(float(sign) for sign in held)


def topic_of(sentence: str) -> str | None:
    """What a sentence opens a passage on (在环境责任方面: 环境责任); empty where it ends one, None otherwise."""
    opened = _TOPIC.match(sentence)
    if opened:
        return opened["topic"]
    return "" if _TOPIC_ENDS.match(sentence) else None
