"""Formulas over named figures: read once, computed with :class:`Decimal`, shown with their numbers.

::

    sum    = term (("+" | "-") term)*
    term   = unary (("*" | "/") unary)*
    unary  = "-" unary | atom
    atom   = number | name "?"? | function "(" sum ("," sum)* ")" | "(" sum ")"

``name?`` is nothing where the figure is missing. Functions: ``avg``, ``prior``, ``first``, ``sum``, ``abs``,
``yearly``; ``avg`` and ``prior`` take whole expressions, ``avg`` being the closing alone where nothing of it has an
opening.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal, localcontext

FUNCTIONS = ("avg", "prior", "first", "sum", "abs", "yearly")
_SIGNS = str.maketrans(
    {"×": "*", "÷": "/", "（": "(", "）": ")", "−": "-", "－": "-", "＋": "+", "，": ",", "／": "/", "＊": "*"}
)
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d[\d.]*%?)|(?P<name>[A-Za-z_\u4e00-\u9fff、][\w、\u4e00-\u9fff]*)|(?P<sign>[-+*/(),?]))"
)


class FormulaError(ValueError):
    """A formula can't be read: a fault of the rule that holds it."""


class NoValueError(ArithmeticError):
    """A formula has no value here. ``kind`` is ``missing`` or ``denominator``, ``subject`` what is at fault."""

    def __init__(self, kind: str, subject: str) -> None:
        super().__init__(f"{kind}: {subject}")
        self.kind = kind
        self.subject = subject


@dataclass(frozen=True, slots=True)
class Constant:
    """A number of the formula itself."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Name:
    """A figure; ``optional`` ones count as nothing where they are missing."""

    name: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """``left`` and ``right`` joined by ``+``, ``-``, ``*`` or ``/``."""

    sign: str
    left: "Node"
    right: "Node"


@dataclass(frozen=True, slots=True)
class Call:
    """One of :data:`FUNCTIONS` over its arguments."""

    function: str
    arguments: tuple["Node", ...]


Node = Constant | Name | Operation | Call
Lookup = Callable[[Name, str], Decimal | None]
"""The figure of a name, and which: ``""`` this period, ``prior`` the one before, ``sum`` its own lines added."""


class _Reader:
    def __init__(self, text: str, names: Iterable[str]) -> None:
        self._tokens = [
            *_tokens(text.translate(_SIGNS), sorted((n.translate(_SIGNS) for n in names), key=len, reverse=True)),
            "",
        ]
        self._at = 0
        self._text = text

    def _next(self, *wanted: str) -> str:
        token = self._tokens[self._at]
        if wanted and token not in wanted:
            raise FormulaError(self._text)
        self._at += 1
        return token

    @property
    def _seen(self) -> str:
        return self._tokens[self._at]

    def whole(self) -> Node:
        node = self._sum()
        self._next("")
        return node

    def _sum(self) -> Node:
        node = self._term()
        while self._seen in ("+", "-"):
            node = Operation(self._next(), node, self._term())
        return node

    def _term(self) -> Node:
        node = self._unary()
        while self._seen in ("*", "/"):
            node = Operation(self._next(), node, self._unary())
        return node

    def _unary(self) -> Node:
        if self._seen == "-":
            self._next()
            return Operation("-", Constant(Decimal(0)), self._unary())
        return self._atom()

    def _atom(self) -> Node:
        word = self._next()
        if word == "(":
            node = self._sum()
            self._next(")")
            return node
        if word[:1].isdigit():
            return Constant(Decimal(word[:-1]) / 100 if word.endswith("%") else Decimal(word))
        if word in FUNCTIONS and self._seen == "(":
            return self._call(word)
        if not word or word in "+-*/(),?":
            raise FormulaError(self._text)
        if self._seen == "?":
            self._next()
            return Name(word, optional=True)
        return Name(word)

    def _call(self, function: str) -> Node:
        self._next("(")
        arguments = [self._sum()]
        while self._seen == ",":
            self._next()
            arguments.append(self._sum())
        self._next(")")
        return Call(function, tuple(arguments))


def _tokens(text: str, names: list[str]) -> Iterator[str]:
    at = 0
    while text[at:].strip():
        at += len(text[at:]) - len(text[at:].lstrip())
        known = next((n for n in names if n and text.startswith(n, at)), None)
        if known:
            yield known
            at += len(known)
            continue
        match = _TOKEN.match(text, at)
        if match is None:
            raise FormulaError(text)
        yield match.group().strip()
        at = match.end()


def read_formula(text: str, names: Iterable[str] = ()) -> Node:
    """Read a formula. ``names`` are recognised as they stand, signs in them and all. Raises FormulaError."""
    return _Reader(text, names).whole()


def compute(node: Node, lookup: Lookup, *, positive: bool = True) -> Decimal:
    """The value of a formula, 40 digits wide. ``positive`` refuses a denominator of zero or less.

    Raises NoValueError where a needed figure is missing or a denominator has no sense.
    """
    with localcontext() as context:
        context.prec = 40
        return _compute(node, lookup, positive)


def _compute(node: Node, lookup: Lookup, positive: bool) -> Decimal:
    match node:
        case Constant(value):
            return value
        case Name():
            return _figure(node, lookup, "")
        case Operation(sign, left, right):
            return _joined(sign, _compute(left, lookup, positive), _compute(right, lookup, positive), right, positive)
        case Call(function, arguments):
            return _called(function, arguments, lookup, positive)


def _figure(name: Name, lookup: Lookup, which: str) -> Decimal:
    value = lookup(name, which)
    if value is None:
        if name.optional:
            return Decimal(0)
        raise NoValueError("missing", f"{_WORDS.get(which, '')}{name.name}")
    return value


def _joined(sign: str, left: Decimal, right: Decimal, divisor: Node, positive: bool) -> Decimal:
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
        case _:
            if right == 0 or (positive and right < 0):
                raise NoValueError("denominator", written(divisor))
            return left / right


def _called(function: str, arguments: tuple[Node, ...], lookup: Lookup, positive: bool) -> Decimal:
    first = arguments[0]
    match function:
        case "first":
            return _first(arguments, lookup, positive)
        case "abs":
            return abs(_compute(first, lookup, positive))
        case "yearly":
            return _compute(first, lookup, positive)
        case "sum" if isinstance(first, Name):
            return _figure(first, lookup, function)
        case "prior":
            return _prior(first, lookup, positive)
        case "avg":
            closing = _compute(first, lookup, positive)
            known = any(lookup(name, "prior") is not None for name, _ in names_of(first))
            return (closing + _prior(first, lookup, positive)) / 2 if known else closing
        case _:
            raise FormulaError(function)


def _prior(node: Node, lookup: Lookup, positive: bool) -> Decimal:
    """The same of the period before; of two periods before nothing is known."""
    try:
        return _compute(node, lambda name, which: lookup(name, "prior") if which == "" else None, positive)
    except NoValueError as error:
        raise NoValueError(error.kind, f"{_WORDS['prior']}{error.subject}") from error


def _first(arguments: tuple[Node, ...], lookup: Lookup, positive: bool) -> Decimal:
    for argument in arguments[:-1]:
        try:
            return _compute(argument, lookup, positive)
        except NoValueError:
            continue
    return _compute(arguments[-1], lookup, positive)


_SHOWN = {"+": " + ", "-": " - ", "*": " × ", "/": " ÷ "}
_DAYS, _YEAR = Decimal(360), Decimal(12)
_WORDS = {"avg": "平均", "prior": "上期", "sum": "各项之和"}


def written(node: Node, figure: Callable[[Name, str], str] | None = None) -> str:
    """The formula as people write it: names, or their figures where ``figure`` gives the words of each."""
    match node:
        case Constant(value):
            return format(value.normalize(), "f")
        case Name():
            return figure(node, "") if figure else node.name
        case Operation(sign, left, right):
            return f"{_part(left, sign, False, figure)}{_SHOWN[sign]}{_part(right, sign, True, figure)}"
        case Call(function, arguments):
            return _written_call(function, arguments, figure)


def _written_call(function: str, arguments: tuple[Node, ...], figure: Callable[[Name, str], str] | None) -> str:
    inner = arguments[0]
    if isinstance(inner, Name) and function in _WORDS:
        return figure(inner, function) if figure else f"{_WORDS[function]}{inner.name}"
    if function in ("prior", "avg") and figure is None:
        return f"{_WORDS[function]}({written(inner)})"
    match function:
        case "prior":
            return f"({written(inner, lambda name, _: figure(name, 'prior'))})" if figure else ""
        case "avg":
            return f"(({written(inner, figure)} + {written(Call('prior', (inner,)), figure)}) ÷ 2)"
        case "abs":
            return f"|{written(inner, figure)}|"
        case _:
            return written(inner, figure)


def _part(node: Node, sign: str, right: bool, figure: Callable[[Name, str], str] | None) -> str:
    text = written(node, figure)
    lower = isinstance(node, Operation) and (
        (sign in "*/" and node.sign in "+-")
        or (right and sign in "-/" and node.sign in ("+-" if sign == "-" else "*/"))
    )
    return f"({text})" if lower else text


def names_of(node: Node) -> Iterator[tuple[Name, str]]:
    """Every name of a formula in order, with the way it is asked for (``""``, ``prior``, ``avg``, ``sum``)."""
    match node:
        case Name():
            yield node, ""
        case Operation(_, left, right):
            yield from names_of(left)
            yield from names_of(right)
        case Call(function, arguments):
            for argument in arguments:
                for name, which in names_of(argument):
                    yield name, which or (function if function in _WORDS else "")
        case _:
            return


def of_period(node: Node, months: int) -> Node:
    """The formula for a period of so many months.

    The 360 days of a year are those of its part, and what is ``yearly`` is brought to a whole year.
    """
    match node:
        case Constant(value) if value == _DAYS:
            return Constant(_DAYS * months / _YEAR)
        case Operation(sign, left, right):
            return Operation(sign, of_period(left, months), of_period(right, months))
        case Call("yearly", (inner,)):
            part = of_period(inner, months)
            return part if months == _YEAR else Operation("*", part, Constant(_YEAR / Decimal(months)))
        case Call(function, arguments):
            return Call(function, tuple(of_period(a, months) for a in arguments))
        case _:
            return node


def with_choices(node: Node, lookup: Lookup) -> Node:
    """The formula with the one argument that each ``first`` takes, so that what is shown is what was computed."""
    match node:
        case Operation(sign, left, right):
            return Operation(sign, with_choices(left, lookup), with_choices(right, lookup))
        case Call("first", arguments):
            return with_choices(_chosen(arguments, lookup), lookup)
        case Call(function, arguments):
            return Call(function, tuple(with_choices(a, lookup) for a in arguments))
        case _:
            return node


def _chosen(arguments: tuple[Node, ...], lookup: Lookup) -> Node:
    for argument in arguments[:-1]:
        try:
            compute(argument, lookup)
        except NoValueError:
            continue
        return argument
    return arguments[-1]


def averages_of(node: Node) -> Iterator[tuple[str, ...]]:
    """The names inside each average of a formula."""
    match node:
        case Operation(_, left, right):
            yield from averages_of(left)
            yield from averages_of(right)
        case Call("avg", (inner, *_)):
            yield tuple(name.name for name, _ in names_of(inner))
        case Call(_, arguments):
            for argument in arguments:
                yield from averages_of(argument)
        case _:
            return


def with_definitions(node: Node, definitions: dict[str, Node]) -> Node:
    """Names that are defined are replaced by what they stand for."""
    match node:
        case Name(name) if name in definitions:
            return with_definitions(definitions[name], definitions)
        case Operation(sign, left, right):
            return Operation(sign, with_definitions(left, definitions), with_definitions(right, definitions))
        case Call(function, arguments):
            return Call(function, tuple(with_definitions(a, definitions) for a in arguments))
        case _:
            return node
