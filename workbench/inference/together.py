"""Several answers at once: what their prompts share is read once, then one batch makes a token of each.

Answers that have said the same so far are computed as one, each still choosing its next token by its own chance:
samples of a sure answer cost little more than one. What an answer seems to be quoting is computed ahead with it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from workbench.inference.answers import Answer, Emit, Order
from workbench.inference.context import LlamaContext, Row
from workbench.inference.decoding import stopped
from workbench.inference.llama import Aborted, Brake, DecodeFault, LlamaModel
from workbench.inference.lookup import MOST_DRAFTED, PromptLookup
from workbench.inference.memory import PrefixMemory

More = Callable[[int, str], None]

_MOST_ROWS = MOST_DRAFTED + 1


@dataclass
class _Slot:
    """An answer on a sequence of its own. ``due`` are tokens to compute; ``held`` how many were.

    ``line`` is all it has beyond what every answer shares, computed or due; ``draft`` what is computed
    ahead of it, ``row`` the one whose logits tell its next token, and ``end`` how many tokens there is room for.
    """

    place: int
    sequence: int
    answer: Answer
    text: list[str]
    due: list[int]
    held: int
    line: list[int]
    end: int
    lookup: PromptLookup | None
    row: int | None = None
    draft: list[int] = field(default_factory=list)

    def is_like(self, other: "_Slot") -> bool:
        """Whether what comes next is computed alike."""
        return self.held == other.held and self.line == other.line


@dataclass
class Told:
    """One of several answers."""

    text: str = ""
    finish: str = "paused"
    tokens: list[int] = field(default_factory=list)
    probabilities: list[float] = field(default_factory=list)


class Together:
    """Generates several answers on the sequences from 1 on; sequence 0 holds what they share."""

    def __init__(self, model: LlamaModel, context: LlamaContext, brake: Brake, memory: PrefixMemory) -> None:
        self._model = model
        self._context = context
        self._brake = brake
        self._memory = memory

    def run(self, orders: Sequence[Order], begun: Callable[[int], None], more: More | None = None) -> list[Told]:
        """All answers in order; ``begun(reused)`` once what they share is read.

        ``more`` is told the place of an answer and all of it so far, whenever there is more of it. Those
        that were interrupted (``paused``, ``cancelled``) hold the tokens made so far.
        Raises GrammarFault, DecodeFault, LoadFault.
        """
        told = [Told() for _ in orders]
        shared = _shared([[*order.prompt, *order.done] for order in orders])
        slots: list[_Slot] = []
        waiting = list(range(len(orders)))
        try:
            reused = self._memory.prepare(orders[0].lane, [*shared, 0], self._needed(orders, len(shared)))
            self._memory.rewind(min(self._memory.length, len(shared)))
            self._memory.read(shared[min(reused, len(shared)) :])
            begun(reused)
            while waiting or slots:
                self._fill(orders, waiting, slots, told, shared=len(shared), more=more)
                self._advance(slots, told)
        except Aborted:
            for slot in slots:
                self._note(slot, told, stopped(self._brake))
            slots = []
        finally:
            for slot in slots:
                slot.answer.close()
            for sequence in range(1, self._context.sequences):
                self._context.forget(0, sequence)
        return told

    def _needed(self, orders: Sequence[Order], shared: int) -> int:
        """Tokens beyond the shared ones, of as many answers as run at once."""
        own = sorted((len(order.prompt) - shared + order.most for order in orders), reverse=True)
        return sum(own[: self._context.sequences - 1])

    def _fill(
        self,
        orders: Sequence[Order],
        waiting: list[int],
        slots: list[_Slot],
        told: list[Told],
        *,
        shared: int,
        more: More | None,
    ) -> None:
        """Begin answers on free sequences, as long as the context has room for them to their ends."""
        free = [n for n in range(1, self._context.sequences) if all(slot.sequence != n for slot in slots)]
        while waiting and free:
            order = orders[waiting[0]]
            used = shared + sum(self._most(orders[slot.place], shared) for slot in slots)
            if used + self._most(order, shared) > self._context.tokens:
                if not slots:
                    raise DecodeFault("no room for one of several answers")
                return
            place, sequence = waiting.pop(0), free.pop(0)
            text: list[str] = []
            answer = Answer(self._model, order, _into(text, partial(more, place) if more else None))
            self._context.share(sequence)
            due = [*order.prompt, *order.done][shared:]
            end = shared + self._most(order, shared)
            slots.append(_Slot(place, sequence, answer, text, due, shared, list(due), end, self._lookup(order)))
            if answer.finish is not None:
                self._note(slots.pop(), told, answer.finish)

    @staticmethod
    def _most(order: Order, shared: int) -> int:
        return len(order.prompt) - shared + max(order.most, len(order.done)) + 1

    def _advance(self, slots: list[_Slot], told: list[Told]) -> None:
        """Compute one batch, and choose a token wherever a prompt or the last token has been computed."""
        rows, taken = self._batch(slots)
        if not rows:
            return
        try:
            self._memory.read_together(rows)
        except BaseException:
            for slot in slots:
                self._context.forget(slot.held, slot.sequence)
            raise
        for slot, count in taken:
            slot.held += count
            del slot.due[:count]
            if slot.row is not None:
                self._choose(slot, slots, told)

    def _batch(self, slots: list[_Slot]) -> tuple[list[Row], list[tuple[_Slot, int]]]:
        """The rows to compute next, and how many of its tokens each answer has among them."""
        rows: list[Row] = []
        taken: list[tuple[_Slot, int]] = []
        groups = self._alike(slots)
        self._draft(groups)
        for alike in groups:
            one = alike[0]
            count = min(len(one.due), self._context.batch - len(rows))
            whole = count == len(one.due)
            others = tuple(slot.sequence for slot in alike[1:])
            for slot in alike:
                slot.row = len(rows) + count - 1 if whole and count else None
                taken.append((slot, count))
            rows += [
                Row(token, one.held + i, one.sequence, whole and i == count - 1, others)
                for i, token in enumerate(one.due[:count])
            ]
            rows += [Row(token, one.held + count + i, one.sequence, True) for i, token in enumerate(one.draft)]
        return rows, taken

    def _draft(self, groups: Sequence[Sequence[_Slot]]) -> None:
        """Foresee what each answer goes on with, while nothing but answers is computed."""
        for alike in groups:
            for slot in alike:
                slot.draft = []
        if any(len(slot.due) != 1 for alike in groups for slot in alike):
            return
        rows, expected = len(groups), float(len(groups))
        for slot in (alike[0] for alike in groups if len(alike) == 1):
            if slot.lookup is None:
                continue
            slot.draft = slot.lookup.propose(min(slot.end - slot.held - 2, _MOST_ROWS - rows), rows, expected)
            rows += len(slot.draft)
            expected += slot.lookup.promise(len(slot.draft))

    def _alike(self, slots: Sequence[_Slot]) -> list[list[_Slot]]:
        """The answers in groups that go on alike; a model that can't forget tokens can't share them either."""
        groups: list[list[_Slot]] = []
        for slot in slots:
            group = next((g for g in groups if g[0].is_like(slot)), None) if self._model.rewinds else None
            if group is None:
                groups.append([slot])
            else:
                group.append(slot)
        return groups

    def _choose(self, slot: _Slot, slots: list[_Slot], told: list[Told]) -> None:
        """Take the next token, and those after it that were foreseen."""
        assert slot.row is not None
        right = 0
        while (token := slot.answer.next(self._context, slot.row + right)) is not None:
            slot.line.append(token)
            if slot.lookup is not None:
                slot.lookup.add(token)
            if right == len(slot.draft) or token != slot.draft[right]:
                break
            right += 1
        if slot.lookup is not None and slot.draft:
            slot.lookup.note(len(slot.draft), right)
        if token is None:
            slots.remove(slot)
            self._context.forget(0, slot.sequence)
            self._note(slot, told, slot.answer.finish or "length")
            return
        slot.due.append(token)
        slot.held += right
        if right < len(slot.draft):
            self._context.forget(slot.held, slot.sequence)

    def _lookup(self, order: Order) -> PromptLookup | None:
        # What chance chooses is seldom what was quoted: drafts of sampled answers cost more than they gave.
        if not order.quotes or order.temperature > 0 or not self._model.rewinds:
            return None
        return PromptLookup([*order.prompt, *order.done], self._memory.costs_together)

    @staticmethod
    def _note(slot: _Slot, told: list[Told], finish: str) -> None:
        slot.answer.close()
        told[slot.place] = Told("".join(slot.text), finish, slot.answer.tokens, slot.answer.probabilities)


def _into(text: list[str], more: Callable[[str], None] | None) -> Emit:
    """Gathers an answer; its thought is not asked for here."""

    def emit(said: str, _thought: str, _tokens: Sequence[int]) -> None:
        text.append(said)
        if more is not None and said:
            more("".join(text))

    return emit


def _shared(prompts: Sequence[Sequence[int]]) -> list[int]:
    """The tokens all prompts begin with; each keeps at least its last for itself."""
    most = min(len(prompt) for prompt in prompts) - 1
    first = prompts[0]
    length = next((i for i in range(most) if any(prompt[i] != first[i] for prompt in prompts)), most)
    return list(first[: max(0, length)])
