"""Formulas of a scenario: named figures of a case, four operations, comparisons, a few functions.

A bare name is the figure of the latest year, ``name[-1]`` that of the year before; a name that is no
plain word stands in quotes: ``"购建固定资产、无形资产和其他长期资产支付的现金"[-1]``. A figure that is
missing makes the whole formula unknown (None), never zero. The functions:

============== =============================================================
``avg(x)``      mean of opening and closing value
``growth(x)``   change against the year before, in %
``change(x)``   difference from the year before
``share(a, b)`` a of b, in %
``total(a, …)`` sum of those that are known; unknown when none is
``abs(x)``      magnitude
``max(a, …)`` ``min(a, …)``
============== =============================================================
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal, DivisionByZero, InvalidOperation
from typing import NamedTuple

Resolve = Callable[[str, int], Decimal | None]
"""The figure of a name, ``0`` for the latest year, ``-1`` for the year before; None when unknown."""
Refer = Callable[[str, int], str]
"""How a figure is written in another notation: a cell's address, or a name and a value."""

FUNCTIONS = {"avg": 1, "growth": 1, "change": 1, "share": 2, "abs": 1, "total": 0, "max": 0, "min": 0}
"""Functions by the number of their arguments; 0 for any number from one."""

_YEAR_ON_YEAR = frozenset({"avg", "growth", "change"})
_OPERATORS: dict[type, str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_COMPARISONS: dict[type, str] = {ast.Gt: ">", ast.GtE: ">=", ast.Lt: "<", ast.LtE: "<="}


class Reference(NamedTuple):
    """A figure a formula speaks of: its name, and 0 or fewer years back."""

    name: str
    back: int


@dataclass(frozen=True, slots=True)
class Expression:
    """A checked formula. ``source`` is what the scenario says."""

    source: str
    tree: ast.expr

    def references(self) -> tuple[Reference, ...]:
        """Every figure used, in order, each once; those averaged or compared with last year too."""
        found: dict[Reference, None] = {}
        _collect(self.tree, 0, found)
        return tuple(found)

    @property
    def plain(self) -> Reference | None:
        """The figure, when the formula is nothing but one."""
        return _reference(self.tree)


def parse_expression(source: str) -> Expression:
    """Check a formula. Raises ValueError saying what is wrong with it."""
    try:
        tree = ast.parse(source.strip(), mode="eval").body
    except SyntaxError as error:
        raise ValueError(f"{source!r}: {error.msg}") from error
    _check(tree, source)
    return Expression(source.strip(), tree)


def evaluate(expression: Expression, resolve: Resolve, back: int = 0) -> Decimal | None:
    """The value; a comparison gives 1 or 0. None when a figure is missing or a divisor is 0."""
    try:
        return _value(expression.tree, resolve, back)
    except (DivisionByZero, InvalidOperation, ZeroDivisionError):
        return None


def holds(expression: Expression, resolve: Resolve) -> bool | None:
    """Whether a condition is met; None when it can't be decided."""
    value = evaluate(expression, resolve)
    return None if value is None else bool(value)


def _reference(node: ast.expr) -> Reference | None:
    match node:
        case ast.Name(id=name) | ast.Constant(value=str(name)):
            return Reference(name, 0)
        case ast.Subscript(value=ast.Name(id=name) | ast.Constant(value=str(name)), slice=index):
            return Reference(name, _index(index))
        case _:
            return None


def _index(node: ast.expr) -> int:
    match node:
        case ast.Constant(value=int(number)):
            return number
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int(number))):
            return -number
        case _:
            return 1


def _check(node: ast.expr, source: str) -> None:
    reference = _reference(node)
    if reference is not None:
        if reference.back > 0:
            raise ValueError(f"{source!r}: [0], [-1], [-2]")
        return
    for child in _children(node, source):
        _check(child, source)


def _children(node: ast.expr, source: str) -> list[ast.expr]:
    match node:
        case ast.Constant(value=int() | float()):
            return []
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return [left, right]
        case ast.UnaryOp(op=ast.USub() | ast.Not(), operand=operand):
            return [operand]
        case ast.BoolOp(values=values):
            return values
        case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARISONS:
            return [left, right]
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS and args:
            if FUNCTIONS[name] in {0, len(args)}:
                return args
            raise ValueError(f"{source!r}: {name}: {FUNCTIONS[name]}")
        case _:
            raise ValueError(f"{source!r}: {ast.unparse(node)}")


def _value(node: ast.expr, resolve: Resolve, back: int) -> Decimal | None:
    reference = _reference(node)
    if reference is not None:
        return resolve(reference.name, reference.back + back)
    value: Decimal | None = None
    match node:
        case ast.Constant(value=int() | float() as number):
            value = Decimal(str(number))
        case ast.UnaryOp(op=op, operand=operand):
            inner = _value(operand, resolve, back)
            if inner is not None:
                value = -inner if isinstance(op, ast.USub) else Decimal(not inner)
        case ast.BoolOp(op=op, values=values):
            value = _decide(isinstance(op, ast.And), [_value(v, resolve, back) for v in values])
        case ast.BinOp() | ast.Compare():
            value = _pair(node, resolve, back)
        case ast.Call(func=ast.Name(id=name), args=args):
            value = _call(name, args, resolve, back)
    return value


def _decide(every: bool, values: list[Decimal | None]) -> Decimal | None:
    """And, or: what is known may already decide."""
    known = [bool(v) for v in values if v is not None]
    if every and not all(known):
        return Decimal(0)
    if not every and any(known):
        return Decimal(1)
    return None if len(known) < len(values) else Decimal(every)


def _pair(node: ast.BinOp | ast.Compare, resolve: Resolve, back: int) -> Decimal | None:
    left = _value(node.left, resolve, back)
    right = _value(node.right if isinstance(node, ast.BinOp) else node.comparators[0], resolve, back)
    if left is None or right is None:
        return None
    sign = _OPERATORS[type(node.op)] if isinstance(node, ast.BinOp) else _COMPARISONS[type(node.ops[0])]
    operations: dict[str, Callable[[], Decimal | bool]] = {
        "+": lambda: left + right,
        "-": lambda: left - right,
        "*": lambda: left * right,
        "/": lambda: left / right,
        ">": lambda: left > right,
        ">=": lambda: left >= right,
        "<": lambda: left < right,
        "<=": lambda: left <= right,
    }
    return Decimal(operations[sign]())


def _call(name: str, args: list[ast.expr], resolve: Resolve, back: int) -> Decimal | None:
    if name in _YEAR_ON_YEAR:
        now, before = _value(args[0], resolve, back), _value(args[0], resolve, back - 1)
        return None if now is None or before is None else _year_on_year(name, now, before)
    values = [_value(a, resolve, back) for a in args]
    known = [v for v in values if v is not None]
    if name == "total":
        return sum(known, Decimal(0)) if known else None
    if len(known) < len(values):
        return None
    operations: dict[str, Callable[[], Decimal]] = {
        "share": lambda: known[0] / known[1] * 100,
        "abs": lambda: abs(known[0]),
        "max": lambda: max(known),
        "min": lambda: min(known),
    }
    return operations[name]()


def _year_on_year(name: str, now: Decimal, before: Decimal) -> Decimal | None:
    """No percentage from a base of zero or less: it would mislead."""
    if name == "avg":
        return (now + before) / 2
    if name == "change":
        return now - before
    return (now - before) / before * 100 if before > 0 else None


def _collect(node: ast.AST, back: int, found: dict[Reference, None]) -> None:
    reference = _reference(node) if isinstance(node, ast.expr) else None
    if reference is not None:
        found[Reference(reference.name, reference.back + back)] = None
        return
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        for shift in (0, -1) if node.func.id in _YEAR_ON_YEAR else (0,):
            for argument in node.args:
                _collect(argument, back + shift, found)
        return
    for child in ast.iter_child_nodes(node):
        _collect(child, back, found)


def write(expression: Expression, refer: Refer, *, spreadsheet: bool = False) -> str:
    """The formula in another notation.

    For a spreadsheet ``refer`` gives cell addresses and the result is a formula without ``=``; for
    people it gives words, and ÷ and × are used.
    """
    return _written(expression.tree, refer, 0, spreadsheet)


def _written(node: ast.expr, refer: Refer, back: int, sheet: bool) -> str:
    reference = _reference(node)
    if reference is not None:
        return refer(reference.name, reference.back + back)
    match node:
        case ast.Constant(value=value):
            return str(value)
        case ast.UnaryOp(operand=operand):
            return f"-{_written(operand, refer, back, sheet)}"
        case ast.BinOp(left=left, op=op, right=right):
            sign = _OPERATORS[type(op)]
            shown = sign if sheet else {"*": "×", "/": "÷", "-": "−"}.get(sign, sign)
            tight = sign in "*/"
            first = _inner(left, refer, back, sheet, tight)
            second = _inner(right, refer, back, sheet, tight or sign == "-")
            return f"{first}{shown}{second}" if sheet else f"{first} {shown} {second}"
        case ast.Call(func=ast.Name(id=name), args=args):
            return _written_call(name, args, refer, back, sheet)
    raise ValueError(ast.unparse(node))


def _inner(node: ast.expr, refer: Refer, back: int, sheet: bool, bracket: bool) -> str:
    text = _written(node, refer, back, sheet)
    low = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add | ast.Sub)
    divided = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div)
    wide = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id != "abs" and not sheet
    return f"({text})" if bracket and (low or divided or wide) else text


def _written_call(name: str, args: list[ast.expr], refer: Refer, back: int, sheet: bool) -> str:
    words = [_written(a, refer, back, sheet) for a in args]
    if name in _YEAR_ON_YEAR:
        return _written_years(name, words[0], _written(args[0], refer, back - 1, sheet), sheet)
    if name == "share":
        first, second = words if sheet else [_inner(a, refer, back, sheet, True) for a in args]
        return f"({first})/({second})*100" if sheet else f"{first} ÷ {second}"
    if name == "total":
        known = [w for w in words if w]
        return f"SUM({','.join(known)})" if sheet else " + ".join(known)
    if name == "abs" and not sheet:
        return words[0]
    return f"{name.upper()}({','.join(words)})" if sheet else f"{name}({', '.join(words)})"


def _written_years(name: str, now: str, before: str, sheet: bool) -> str:
    forms = {
        "avg": (f"AVERAGE({now},{before})", f"({now} + {before}) ÷ 2"),
        "growth": (f"(({now})-({before}))/({before})*100", f"({now} − {before}) ÷ {before}"),
        "change": (f"({now})-({before})", f"{now} − {before}"),
    }
    return forms[name][0 if sheet else 1]
