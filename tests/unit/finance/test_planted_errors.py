"""Two hundred slips of the pen in the sample case's statements, and the statements as they are."""

import random
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest

from workbench.models.documents.document import Document
from workbench.models.documents.reading import read_file
from workbench.models.finance import Statement, checks_of, statements_of
from workbench.paths import resources

EDITS = 200


@pytest.fixture(scope="module")
def statements() -> tuple[Statement, ...]:
    report = next((resources() / "samples" / "credit_case").glob("*审计报告.pdf"))
    document = read_file(report)
    assert isinstance(document, Document)
    return statements_of([("report", document)])


def swapped(value: Decimal, chance: random.Random) -> Decimal:
    """Two neighbouring digits, not alike, change places."""
    text = format(value, "f")
    pairs = [n for n in range(len(text) - 1) if text[n : n + 2].isdigit() and text[n] != text[n + 1]]
    at = chance.choice(pairs)
    return Decimal(text[:at] + text[at + 1] + text[at] + text[at + 2 :])


def edited(statements: tuple[Statement, ...], chance: random.Random) -> tuple[Statement, ...]:
    """One figure, or one whole statement's unit, made wrong."""
    kind = chance.choice(("digit", "digit", "sign", "unit", "unit of all"))
    places = [(s, n) for s, st in enumerate(statements) for n, i in enumerate(st.items) if i.value]
    if kind == "sign":
        negative = [(s, n) for s, n in places if (statements[s].items[n].value or 0) < 0]
        places = negative if chance.random() < 0.5 else places
    at, line = chance.choice(places)
    statement = statements[at]
    changed = list(statements)
    if kind == "unit of all":
        for number, other in enumerate(statements):
            if (other.kind, other.scope) == (statement.kind, statement.scope):
                items = tuple(replace(i, value=i.value * 10000 if i.value else i.value) for i in other.items)
                changed[number] = replace(other, items=items)
        return tuple(changed)
    value = statement.items[line].value
    assert value is not None
    new = {"digit": lambda: swapped(value, chance), "sign": lambda: -value, "unit": lambda: value * 10000}[kind]()
    items = (*statement.items[:line], replace(statement.items[line], value=new), *statement.items[line + 1 :])
    changed[at] = replace(statement, items=items)
    return tuple(changed)


def trials(statements: tuple[Statement, ...], seed: int) -> Iterator[bool]:
    chance = random.Random(seed)
    for _ in range(EDITS):
        yield any(not check.ok for check in checks_of(edited(statements, chance)))


def test_the_statements_as_they_are_raise_no_alarm(statements: tuple[Statement, ...]) -> None:
    checks = checks_of(statements)
    assert len(checks) > 60
    assert all(check.ok for check in checks)


@pytest.mark.parametrize("seed", [1, 2])
def test_of_two_hundred_random_edits_95_in_a_hundred_are_caught(statements: tuple[Statement, ...], seed: int) -> None:
    caught = sum(trials(statements, seed))
    assert caught >= 0.95 * EDITS, caught
