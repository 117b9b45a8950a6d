"""Search terms nobody can read: each replaced by a truncated keyed hash.

Equal terms stay equal, so word search and its weights work on them; without the library's key a
term can be neither read nor guessed at. Ten letters of base32 are 50 bits: among a million
different terms two fall together with a chance of about one in two thousand.
"""

import base64
import hmac
from collections.abc import Iterable

_LENGTH = 10
_REMEMBERED = 65536


class Blinder:
    """Blinds terms under one key; remembers the ones it met (they repeat)."""

    def __init__(self, key: bytes) -> None:
        self._key = key
        self._known: dict[str, str] = {}

    def blind(self, term: str) -> str:
        """The ten letters ``a``–``z``, ``2``–``7`` that stand for ``term``."""
        known = self._known.get(term)
        if known is not None:
            return known
        digest = hmac.digest(self._key, term.encode("utf-8", "surrogatepass"), "sha256")
        blinded = base64.b32encode(digest[:7])[:_LENGTH].decode().lower()
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[term] = blinded
        return blinded

    def line(self, terms: Iterable[str]) -> str:
        """Blinded terms in order, a space between two: what the index is given."""
        return " ".join(map(self.blind, terms))
