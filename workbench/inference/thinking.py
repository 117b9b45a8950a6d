"""Thinking aloud, kept apart from the answer.

Models of the kind of Qwen3 or DeepSeek-R1 write ``<think>…</think>`` before they answer. The marks come
as tokens of their own or as plain text, so they are looked for in the bytes.
"""

import codecs
from enum import Enum

OPEN, CLOSE = "<think>", "</think>"
_OPEN, _CLOSE = OPEN.encode(), CLOSE.encode()


class Phase(Enum):
    """What the next token belongs to."""

    LEAD = "lead"  # nothing yet but blanks: a thought may still be opened
    THOUGHT = "thought"
    ANSWER = "answer"


class ThoughtSplitter:
    """Splits the bytes of a thinking model into thought and answer.

    ``inside``: the prompt has opened a thought. The blanks around a thought belong to neither.
    """

    def __init__(self, inside: bool) -> None:
        self.phase = Phase.THOUGHT if inside else Phase.LEAD
        self._held = b""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._thought = False

    def feed(self, piece: bytes) -> tuple[str, bytes]:
        """Take a token's bytes; return the text of the thought and the bytes of the answer now certain."""
        if self.phase is Phase.ANSWER and not self._thought:
            return "", piece
        self._held += piece
        told = ""
        if self.phase is Phase.LEAD and not self._lead():
            return "", b""
        if self.phase is Phase.THOUGHT:
            told = self._inside()
        if self.phase is not Phase.ANSWER:
            return told, b""
        answer, self._held = self._held, b""
        if self._thought:
            answer = answer.lstrip()
            self._thought = not answer
        return told, answer

    def begun(self) -> None:
        """The answer has begun without us seeing it: blanks belong to it from now on."""
        self._thought, self._held = False, b""

    def finish(self) -> tuple[str, bytes]:
        """What was held back in vain."""
        held, self._held = self._held, b""
        if self.phase is Phase.THOUGHT:
            return self._decoder.decode(held, True), b""
        return "", held

    def _lead(self) -> bool:
        """Whether it is decided that this is a thought, or none."""
        said = self._held.lstrip()
        if said.startswith(_OPEN):
            self.phase, self._held = Phase.THOUGHT, said[len(_OPEN) :]
            return True
        if _OPEN.startswith(said):
            return False
        self.phase = Phase.ANSWER
        return True

    def _inside(self) -> str:
        """The certain text of the thought; the phase changes where it is closed."""
        before, mark, after = self._held.partition(_CLOSE)
        if mark:
            self.phase, self._held, self._thought = Phase.ANSWER, after, True
            return self._decoder.decode(before, True)
        keep = next((n for n in range(len(_CLOSE) - 1, 0, -1) if self._held.endswith(_CLOSE[:n])), 0)
        certain, self._held = self._held[: len(self._held) - keep], self._held[len(self._held) - keep :]
        return self._decoder.decode(certain)
