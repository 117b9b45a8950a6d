"""Fields asked together: what they are asked of is read once, and the answers come a line a field."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from workbench.inference.api import ChatModel, ChatRequest, Message
from workbench.jobs import JobContext, Priority
from workbench.models.extracting.field import Field
from workbench.models.extracting.places import Paper
from workbench.models.extracting.pointing import Passage, passages_for
from workbench.models.extracting.prompts import prompts

_FIELDS = 16
"""Fields of a sheet."""
_ROOM = 1_200
"""Characters of a sheet's material, unless one field alone has more."""
_LONGEST = 100
"""Characters of an answer."""
_TOKENS = 90
_LINE = re.compile(r"\s*(\d{1,2})\s*[：:.．、]\s*(.*)")
_NOTHING = ("", "-", "—", "null", "n/a")


@dataclass(frozen=True, slots=True)
class Sheet:
    """Fields with the stretches they are asked of, in the order of the document."""

    fields: tuple[Field, ...]
    passages: tuple[Passage, ...]


def sheets_of(
    paper: Paper, fields: Sequence[Field], most: int = _FIELDS
) -> tuple[tuple[Sheet, ...], tuple[Field, ...]]:
    """Fields gathered by what they are asked of, ``most`` on a sheet; and those nothing in the document is about."""
    found = [(field, passages_for(paper, field)) for field in fields]
    asked = sorted((pair for pair in found if pair[1]), key=lambda pair: (pair[1][0].block, pair[1][0].start))
    sheets: list[tuple[list[Field], dict[tuple[int, int], Passage]]] = []
    for field, passages in asked:
        if sheets:
            gathered, material = sheets[-1]
            more = {_key(p): p for p in passages if _key(p) not in material}
            if len(gathered) < most and (not more or _length(material) + _length(more) <= _ROOM):
                gathered.append(field)
                material.update(more)
                continue
        sheets.append(([field], {_key(p): p for p in passages}))
    made = tuple(Sheet(tuple(gathered), tuple(held[key] for key in sorted(held))) for gathered, held in sheets)
    return made, tuple(field for field, passages in found if not passages)


def request_for(paper: Paper, sheet: Sheet, language: str) -> ChatRequest:
    """What the model is asked: the words that answer each field, a numbered line each."""
    words = prompts(language)
    material = "\n".join(paper.text(p.block)[p.start : p.end] for p in sheet.passages)
    items = "\n".join(f"{n}{words.mark}{_asked(field, language)}" for n, field in enumerate(sheet.fields, 1))
    asked = words.sheet.format(material=material, items=items)
    count = len(sheet.fields)
    return ChatRequest(
        (Message("system", words.system), Message("user", asked)),
        max_tokens=_TOKENS * count,
        grammar=_grammar(count, words.mark),
        priority=Priority.DRAFT,
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """A sheet of a paper, and the language it is asked in."""

    paper: Paper
    sheet: Sheet
    language: str

    @property
    def request(self) -> ChatRequest:
        """What the model is asked."""
        return request_for(self.paper, self.sheet, self.language)


def ask(chat: ChatModel, asked: Sequence[Asked], job: JobContext, say: Callable[[Asked, Field, str], None]) -> None:
    """Ask several sheets together; ``say`` hears the answer to a field as soon as its line is out.

    The answer is empty where the model says that there is nothing. Raises EngineError kinds, Cancelled.
    """
    heard = [0] * len(asked)

    def take(place: int, lines: Sequence[str]) -> None:
        one = asked[place]
        for line in lines[heard[place] :]:
            heard[place] += 1
            for field, said in _answer(line, one.sheet, prompts(one.language).absent):
                say(one, field, said)

    told = chat.chat_many([one.request for one in asked], job, lambda place, text: take(place, text.split("\n")[:-1]))
    for place, answered in enumerate(told):
        take(place, answered.text.split("\n"))


def _answer(line: str, sheet: Sheet, absent: str) -> Iterator[tuple[Field, str]]:
    found = _LINE.fullmatch(line)
    if found and 1 <= int(found[1]) <= len(sheet.fields):
        said = found[2].strip()
        nothing = said.rstrip("。.").lower() in (absent, *_NOTHING)
        yield sheet.fields[int(found[1]) - 1], "" if nothing else said


def _asked(field: Field, language: str) -> str:
    """The question, which holds the name or says what it means; the name where there is none."""
    return field.question.get(language) or field.asked or field.name.get(language) or field.title


def _grammar(count: int, mark: str) -> str:
    """A numbered line for each field, in order."""
    lines = " ".join(f'"{number}{mark}" said "\\n"' for number in range(1, count + 1))
    return f"root ::= {lines}\nsaid ::= [^\\n]{{1,{_LONGEST}}}\n"


def _key(passage: Passage) -> tuple[int, int]:
    return passage.block, passage.start


def _length(material: dict[tuple[int, int], Passage]) -> int:
    return sum(p.end - p.start for p in material.values())
