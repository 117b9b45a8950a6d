"""Choosing the next token: greedy or by chance, within a grammar where one is given."""

import ctypes
from typing import Any

import llama_cpp.llama_cpp as lib
import numpy as np
from numpy.typing import NDArray

from workbench.inference.context import LlamaContext
from workbench.inference.llama import LlamaModel

_TOP_K = 40
_TOP_P = 0.95
_TOKEN_DATA = np.dtype([("id", np.int32), ("logit", np.float32), ("p", np.float32)])


class GrammarFault(Exception):
    """The grammar can't be read, or forbids the given beginning."""


class Grammar:
    """A GBNF grammar that has followed the answer so far.

    An unreadable grammar is refused here. A few may still end the process inside the library: the
    worker announces beforehand that it tries one, and the program takes its death for a refusal.
    """

    def __init__(self, model: LlamaModel, text: str) -> None:
        self._model = model
        self._handle = lib.llama_sampler_init_grammar(model.vocab, text.encode("utf-8"), b"root")
        if not self._handle:
            raise GrammarFault("unreadable grammar")

    def allows(self, token: int) -> bool:
        """Whether the answer may go on with ``token``."""
        one = np.zeros(1, dtype=_TOKEN_DATA)
        one["id"] = token
        self.mask(one)
        return bool(np.isfinite(one["logit"][0]))

    def mask(self, candidates: Any) -> None:
        """Set the logit of every forbidden token to minus infinity."""
        lib.llama_sampler_apply(self._handle, ctypes.byref(_as_array(candidates)))

    def accept(self, token: int) -> None:
        """Follow the answer by one allowed token; an unchecked one may end the process."""
        lib.llama_sampler_accept(self._handle, token)

    def close(self) -> None:
        """Free the grammar."""
        if self._handle:
            lib.llama_sampler_free(self._handle)
            self._handle = None


def _as_array(candidates: Any) -> lib.llama_token_data_array:
    """The library's view of a numpy array of ``(id, logit, p)``; the array must outlive it."""
    data = candidates.ctypes.data_as(lib.llama_token_data_p)
    return lib.llama_token_data_array(data, len(candidates), -1, False)


class Sampler:
    """Picks tokens. The draw of each position has its own seed, so an interrupted answer goes on alike."""

    def __init__(self, model: LlamaModel, temperature: float, seed: int) -> None:
        self._model = model
        self._temperature = temperature
        self._seed = seed

    def next(self, context: LlamaContext, row: int, position: int, grammar: Grammar | None) -> int | None:
        """The token at ``position`` of the answer, from the logits of ``row``; None: the grammar leaves no way on."""
        chain = None if self._temperature <= 0.0 else self._chain(position)
        try:
            token = self._first_choice(chain, context, row)
            if grammar is None or grammar.allows(token):
                return token
            return self._masked(chain, context, row, grammar)
        finally:
            if chain is not None:
                lib.llama_sampler_free(chain)

    @staticmethod
    def _first_choice(chain: Any, context: LlamaContext, row: int) -> int:
        if chain is None:
            return int(np.argmax(context.logits(row)))
        return int(lib.llama_sampler_sample(chain, context.handle, row))

    def _masked(self, chain: Any, context: LlamaContext, row: int, grammar: Grammar) -> int | None:
        """Choose again among the allowed: masking the whole vocabulary is dear, so only when refused."""
        candidates = np.zeros(self._model.words, dtype=_TOKEN_DATA)
        candidates["id"] = np.arange(len(candidates), dtype=np.int32)
        candidates["logit"] = context.logits(row)
        grammar.mask(candidates)
        allowed = candidates[np.isfinite(candidates["logit"])]
        if not len(allowed):
            return None
        if chain is None:
            return int(allowed["id"][np.argmax(allowed["logit"])])
        array = _as_array(allowed)
        lib.llama_sampler_apply(chain, ctypes.byref(array))
        return int(array.data[array.selected].id)

    def _chain(self, position: int) -> Any:
        chain = lib.llama_sampler_chain_init(lib.llama_sampler_chain_default_params())
        lib.llama_sampler_chain_add(chain, lib.llama_sampler_init_top_k(_TOP_K))
        lib.llama_sampler_chain_add(chain, lib.llama_sampler_init_top_p(_TOP_P, 1))
        lib.llama_sampler_chain_add(chain, lib.llama_sampler_init_temp(self._temperature))
        draw = (self._seed * 1_000_003 + position) & 0xFFFFFFFE
        lib.llama_sampler_chain_add(chain, lib.llama_sampler_init_dist(draw))
        return chain


def probability(logits: NDArray[np.float32], token: int) -> float:
    """The model's own probability of ``token``, before temperature and grammar."""
    highest = float(logits.max())
    return float(np.exp(float(logits[token]) - highest) / np.exp(logits - highest).sum())
