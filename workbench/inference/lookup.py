"""Drafting from what has been read: a quotation goes on as it does where it was read.

The last tokens are looked up in the prompt and the answer so far; what followed there is proposed and
computed in one batch with the token that is due. Wrong proposals cost time, so the acceptance and the
cost of a wider batch are watched, and nothing is proposed where it doesn't pay.
"""

from collections import defaultdict, deque
from collections.abc import Sequence
from statistics import median

MOST_DRAFTED = 15
_WIDTHS = (1, 2, 3, 4, 7, 11, 15)
"""With the token that is due, batches of 8 and 16 fill the eight columns of our products (decision 0035)."""
_SHORT, _LONG = 3, 6
_FIRST_REST, _LONGEST_REST = 16, 256
_REMEMBERED, _ENOUGH = 15, 3
_GUESSED = 0.3
_WORTH = 0.05
_FOLLOWED = 0.25
_BELIEVED = {_SHORT: 0.55, _LONG: 0.85}


class DraftCosts:
    """What a batch of so many tokens costs, in seconds, learned while a model runs.

    The middle of the last few counts: in a single one the machine may have done something else.
    """

    def __init__(self) -> None:
        self._seconds: dict[int, deque[float]] = defaultdict(lambda: deque(maxlen=_REMEMBERED))

    def note(self, width: int, seconds: float) -> None:
        """A decode of ``width`` tokens took ``seconds``."""
        self._seconds[width].append(seconds)

    def ratio(self, width: int, rows: int = 1) -> float:
        """The cost of ``width`` tokens over that of ``rows``; guessed from its neighbours until it was seen."""
        return max(1.0, self._cost(width) / self._cost(rows))

    def _cost(self, width: int) -> float:
        seen = sorted(n for n, seconds in self._seconds.items() if len(seconds) >= _ENOUGH)
        if not seen:
            return _guessed(width)
        below = max((n for n in seen if n <= width), default=None)
        above = min((n for n in seen if n >= width), default=None)
        if below is None or above is None:
            near = seen[0] if below is None else seen[-1]
            return self._middle(near) * _guessed(width) / _guessed(near)
        share = (width - below) / (above - below) if above > below else 0.0
        return (1 - share) * self._middle(below) + share * self._middle(above)

    def _middle(self, width: int) -> float:
        return median(self._seconds[width])


class PromptLookup:
    """Proposals for one answer. ``tokens`` is what has been read before it."""

    def __init__(self, tokens: Sequence[int], costs: DraftCosts) -> None:
        self._costs = costs
        self._tokens: list[int] = []
        self._places: dict[tuple[int, ...], int] = {}
        self._earlier: dict[tuple[int, ...], int] = {}
        self._belief = dict(_BELIEVED)
        self._rest = {_SHORT: 0, _LONG: 0}
        self._pause = {_SHORT: _FIRST_REST, _LONG: _FIRST_REST}
        self._kind = _SHORT
        self.drafted = 0
        self.accepted = 0
        for token in tokens:
            self.add(token)

    def add(self, token: int) -> None:
        """A token has been read or said."""
        self._tokens.append(token)
        key = tuple(self._tokens[-_SHORT:])
        if len(key) == _SHORT:
            if key in self._places:
                self._earlier[key] = self._places[key]
            self._places[key] = len(self._tokens)

    def propose(self, most: int, rows: int = 1, expected: float = 1.0) -> list[int]:
        """What may come next, at most ``most`` tokens; nothing where it would not pay.

        ``rows`` are computed without it, from which ``expected`` tokens come: of other answers too.
        """
        place = self._earlier.get(tuple(self._tokens[-_SHORT:]))
        if place is None or most <= 0:
            return []
        self._kind = _LONG if self._matches(place, _LONG) else _SHORT
        if self._rest[self._kind] > 0:
            self._rest[self._kind] -= 1
            return []
        width = self._best_width(min(most, MOST_DRAFTED), rows, expected)
        if not width:
            self._rest[self._kind] = self._pause[self._kind]
            self._pause[self._kind] = min(2 * self._pause[self._kind], _LONGEST_REST)
            # After the rest one more attempt is due: the text may have changed.
            self._belief[self._kind] = _BELIEVED[self._kind]
            return []
        return self._tokens[place : place + width]

    def note(self, drafted: int, accepted: int) -> None:
        """So many of the proposed tokens were what the model chose."""
        self.drafted += drafted
        self.accepted += accepted
        for i in range(min(drafted, accepted + 1)):
            hit = 1.0 if i < accepted else 0.0
            self._belief[self._kind] += _FOLLOWED * (hit - self._belief[self._kind])
        if accepted == drafted:
            self._pause[self._kind] = _FIRST_REST

    def _matches(self, place: int, length: int) -> bool:
        return place >= length and self._tokens[place - length : place] == self._tokens[-length:]

    def promise(self, drafted: int) -> float:
        """How many of so many tokens just proposed will prove right, as far as one can tell."""
        chance = self._belief[self._kind]
        return sum(chance**n for n in range(1, drafted + 1))

    def _best_width(self, most: int, rows: int, expected: float) -> int:
        """How many tokens to propose for the most tokens a second."""
        best, gain = 0, 1.0 + _WORTH / expected
        for width in range(1, most + 1):
            if width not in _WIDTHS:
                continue
            faster = (1.0 + self.promise(width) / expected) / self._costs.ratio(rows + width, rows)
            if faster > gain:
                best, gain = width, faster
        return best


def _guessed(width: int) -> float:
    return 1.0 + _GUESSED * (width - 1)
