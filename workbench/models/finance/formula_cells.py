"""Formulas of the ratio language as formulas of a spreadsheet."""

from collections.abc import Callable

from workbench.models.finance.formula import (
    Call,
    Constant,
    FormulaError,
    Lookup,
    Name,
    Node,
    NoValueError,
    Operation,
    names_of,
    with_choices,
)

Refer = Callable[[Name, str], str]
"""The cell of a name, and which: ``""`` this period, ``prior`` the one before; only asked where it has a figure."""


def as_cells(node: Node, lookup: Lookup, refer: Refer) -> str:
    """The formula over cells, for a spreadsheet: what :func:`compute` takes is what the cells hold.

    Raises NoValueError where the formula has no value.
    """
    match node:
        case Constant(value):
            return format(value, "f")
        case Name():
            if lookup(node, "") is not None:
                return refer(node, "")
            if node.optional:
                return "0"
            raise NoValueError("missing", node.name)
        case Operation(sign, left, right):
            return f"({as_cells(left, lookup, refer)}{sign}{as_cells(right, lookup, refer)})"
        case Call(function, arguments):
            return _called_cells(function, arguments, lookup, refer)


def _called_cells(function: str, arguments: tuple[Node, ...], lookup: Lookup, refer: Refer) -> str:
    inner = arguments[0]
    match function:
        case "first":
            return as_cells(with_choices(Call(function, arguments), lookup), lookup, refer)
        case "abs":
            return f"ABS({as_cells(inner, lookup, refer)})"
        case "prior":
            return _earlier(inner, lookup, refer)
        case "avg":
            closing = as_cells(inner, lookup, refer)
            known = any(lookup(name, "prior") is not None for name, _ in names_of(inner))
            return f"(({closing}+{_earlier(inner, lookup, refer)})/2)" if known else closing
        case _:
            raise FormulaError(function)


def _earlier(node: Node, lookup: Lookup, refer: Refer) -> str:
    return as_cells(
        node,
        lambda name, which: lookup(name, "prior") if which == "" else None,
        lambda name, _: refer(name, "prior"),
    )
