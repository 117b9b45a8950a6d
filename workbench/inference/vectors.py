"""Texts to vectors: one text after the other, pooled by the model, of unit length."""

import re
from dataclasses import dataclass

import llama_cpp.llama_cpp as lib
import numpy as np

from workbench.inference.api import Vectors
from workbench.inference.context import LlamaContext, Row
from workbench.inference.llama import LlamaModel
from workbench.inference.threads import ThreadTuner


@dataclass(frozen=True)
class Family:
    """How a family of embedding models wants its texts introduced."""

    query: str = ""
    passage: str = ""


_SEARCH = "Given a web search query, retrieve relevant passages that answer the query"
_ASKED = Family(f"Instruct: {_SEARCH}\nQuery: ")
_ENGLISH = Family("Represent this sentence for searching relevant passages: ")
_CHINESE = Family("为这个句子生成表示以用于检索相关文章：")

# The introductions are those of the models' own cards; the first match of the name counts.
_FAMILIES = (
    (r"e5-mistral|e5-large-instruct", _ASKED),
    (r"e5", Family("query: ", "passage: ")),
    (r"bge-m3|bge-code", Family()),
    (r"bge-(small|base|large)-zh", _CHINESE),
    (r"bge", _ENGLISH),
    (r"nomic-embed", Family("search_query: ", "search_document: ")),
    (r"qwen3-embedding", Family(f"Instruct: {_SEARCH}\nQuery:")),
    (r"gte-qwen\d?|gte-.*instruct", _ASKED),
    (r"gte", Family()),
)


def family_of(*names: str) -> Family:
    """The family by the model's name, file name and the like; an unknown one wants nothing."""
    said = re.sub(r"[\s_]+", "-", " ".join(names).lower())
    return next((family for key, family in _FAMILIES if re.search(rf"(?<![a-z0-9])({key})(?![a-z])", said)), Family())


class VectorMaker:
    """Embeds on one context whose batch holds a whole text."""

    def __init__(self, model: LlamaModel, context: LlamaContext, tuner: ThreadTuner) -> None:
        self._model = model
        self._context = context
        self._tuner = tuner
        self._closing = {int(lib.llama_vocab_sep(model.vocab)), int(lib.llama_vocab_eos(model.vocab))} - {-1}

    def vector(self, text: str) -> Vectors:
        """The unit vector ``(dimension,)`` of a text. Raises Aborted, DecodeFault."""
        self._context.forget()
        with self._tuner.watch():
            self._context.decode([Row(token, i, 0, True) for i, token in enumerate(self._tokens(text))])
        pooled = self._context.pooled(self._model.dimension)
        length = np.float32(np.linalg.norm(pooled))
        unit: Vectors = pooled / length if length > 0 else pooled
        return unit

    def _tokens(self, text: str) -> list[int]:
        """The text's tokens, cut to the context; the closing separator is kept, as in training."""
        tokens = self._model.tokenise(text, ends=True)
        most = self._context.batch
        if len(tokens) <= most:
            return tokens
        closing = tokens[-1:] if tokens[-1] in self._closing else []
        return tokens[: most - len(closing)] + closing
