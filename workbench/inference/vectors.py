"""Texts to vectors: one text after the other, pooled by the model, of unit length."""

from dataclasses import dataclass

import llama_cpp.llama_cpp as lib
import numpy as np

from workbench.inference.api import Vectors
from workbench.inference.llama import LlamaContext, LlamaModel
from workbench.inference.threads import ThreadTuner


@dataclass(frozen=True)
class Family:
    """How a family of embedding models wants its texts introduced."""

    query: str = ""
    passage: str = ""


# The introductions are those of the models' own cards; the first match of the name counts.
_FAMILIES = (
    ("e5-mistral", Family("Instruct: Given a web search query, retrieve relevant passages\nQuery: ")),
    ("e5-large-instruct", Family("Instruct: Given a web search query, retrieve relevant passages\nQuery: ")),
    ("e5", Family("query: ", "passage: ")),
    ("bge-m3", Family()),
    ("bge-small-zh", Family("为这个句子生成表示以用于检索相关文章：")),
    ("bge-base-zh", Family("为这个句子生成表示以用于检索相关文章：")),
    ("bge-large-zh", Family("为这个句子生成表示以用于检索相关文章：")),
    ("bge", Family("Represent this sentence for searching relevant passages: ")),
    ("nomic", Family("search_query: ", "search_document: ")),
    ("qwen3-embedding", Family("Instruct: Given a web search query, retrieve relevant passages\nQuery:")),
)


def family_of(*names: str) -> Family:
    """The family by the model's name, file name and the like; an unknown one wants nothing."""
    said = " ".join(names).lower().replace("_", "-").replace(" ", "-")
    return next((family for key, family in _FAMILIES if key in said), Family())


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
            self._context.decode(self._tokens(text), 0, output="all")
        pooled = self._context.pooled(self._model.dimension)
        length = np.float32(np.linalg.norm(pooled))
        unit: Vectors = pooled / length if length > 0 else pooled
        return unit

    def _tokens(self, text: str) -> list[int]:
        """The text's tokens, cut to the context; the closing separator is kept, as in training."""
        tokens = self._model.tokenise(text, ends=True)
        most = self._context.size.batch
        if len(tokens) <= most:
            return tokens
        closing = tokens[-1:] if tokens[-1] in self._closing else []
        return tokens[: most - len(closing)] + closing
