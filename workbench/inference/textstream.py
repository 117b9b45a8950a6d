"""From the bytes of tokens to pieces of text that may be shown."""

import codecs
from collections.abc import Sequence


class TextStream:
    """Gathers token bytes; gives out whole characters only, and nothing of a stop string.

    A token may be half a Chinese character, and a stop string may come in several tokens: what could
    still become one is held back.
    """

    def __init__(self, stops: Sequence[str]) -> None:
        self._stops = tuple(stop for stop in stops if stop)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""
        self.stopped = False

    def feed(self, piece: bytes) -> str:
        """Take a token's bytes; return the text that is now certain, which may be nothing."""
        if self.stopped:
            return ""
        text = self._held + self._decoder.decode(piece)
        found = [at for stop in self._stops if (at := text.find(stop)) >= 0]
        if found:
            self.stopped = True
            self._held = ""
            return text[: min(found)]
        keep = self._beginnings(text)
        self._held = text[len(text) - keep :]
        return text[: len(text) - keep]

    def finish(self) -> str:
        """What was held back in vain; the bytes of an unfinished character are dropped."""
        held, self._held = self._held, ""
        return held

    def _beginnings(self, text: str) -> int:
        """How many of the last characters could be the beginning of a stop string."""
        longest = max((len(stop) for stop in self._stops), default=1) - 1
        for length in range(min(longest, len(text)), 0, -1):
            if any(stop.startswith(text[-length:]) for stop in self._stops):
                return length
        return 0
