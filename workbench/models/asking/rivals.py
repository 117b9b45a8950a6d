"""The same line of several companies of a case, side by side: 谁的营业收入更高, told from their own statements."""

from collections.abc import Sequence

from workbench.models.asking.comparing import asked_comparison, is_less
from workbench.models.asking.prompts import Prompts
from workbench.models.evidence import Claim, Computation, Status
from workbench.models.finance import Fact, display

Told = tuple[str, Fact]
"""A company as the question calls it, and its figure."""


def side_by_side(question: str, told: Sequence[Told], prompts: Prompts) -> tuple[Claim, ...]:
    """Which company has more of a line, as the question asks; else every company's figure. None of several units."""
    words = prompts.points
    asked = asked_comparison(question)
    if words is None or len({fact.unit for _, fact in told}) > 1:
        return ()
    if asked is None or len(told) != 2:
        return tuple(
            Claim(
                prompts.figure.format(year=fact.period, name=f"{company}{fact.label}", value=_shown(fact)),
                fact.status,
                fact.citations,
                fact.computation,
            )
            for company, fact in told
        )
    (first, a), (second, b) = sorted(told, key=lambda item: item[1].value or 0, reverse=not is_less(asked[1]))
    template = words.equal if a.value == b.value else words.compared
    what = f"{a.period}年{a.label}"
    text = template.format(first=first, what=what, how=asked[1], a=_shown(a), second=second, b=_shown(b))
    cited = tuple(dict.fromkeys(a.citations + b.citations))
    sign = "=" if a.value == b.value else words.signs[asked[1][-1] in words.less]
    steps = [fact.computation.formula for fact in (a, b) if fact.computation]
    formula = "; ".join([*steps, f"{_shown(a)} {sign} {_shown(b)}"])
    disputed = Status.CONFLICT in (a.status, b.status)
    return (Claim(text, Status.CONFLICT if disputed else Status.COMPUTED, cited, Computation(formula, cited)),)


def _shown(fact: Fact) -> str:
    return display(fact.value, fact.unit)
