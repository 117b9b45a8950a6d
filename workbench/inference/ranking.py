"""How well passages answer a question, by a model made for judging such pairs."""

import llama_cpp.llama_cpp as lib

from workbench.inference.context import LlamaContext, Row
from workbench.inference.llama import LlamaModel
from workbench.inference.threads import ThreadTuner

_LEAST_PASSAGE = 16


class PairJudge:
    """Scores pairs of question and passage on one context that pools by rank, one pair a decode."""

    def __init__(self, model: LlamaModel, context: LlamaContext, tuner: ThreadTuner) -> None:
        self._model = model
        self._context = context
        self._tuner = tuner
        self._template = model.template("rerank")
        # Only these many values of the pooled vector are scores; what follows them is not ours to read.
        self._scores = max(1, int(lib.llama_model_n_cls_out(model.handle)))

    def score(self, question: str, passage: str) -> float:
        """The first score of a pair: the higher, the better. Raises Aborted, DecodeFault."""
        tokens = self._pair(question, passage)
        self._context.forget()
        with self._tuner.watch():
            self._context.decode([Row(token, i, 0, True) for i, token in enumerate(tokens)])
        return float(self._context.pooled(self._scores)[0])

    def _pair(self, question: str, passage: str) -> list[int]:
        """The pair as the model was trained on it, the passage cut where both are too long."""
        asked, told = self._model.tokenise(question), self._model.tokenise(passage)
        before, between, after = self._frame()
        room = self._context.batch - len(before) - len(between) - len(after)
        asked = asked[: max(1, room - min(len(told), max(_LEAST_PASSAGE, room // 2)))]
        return [*before, *asked, *between, *told[: room - len(asked)], *after]

    def _frame(self) -> tuple[list[int], list[int], list[int]]:
        """What stands before, between and after the two: the model's template, else its separators."""
        if self._template:
            before, _, rest = self._template.partition("{query}")
            between, _, after = rest.partition("{document}")
            parts = [self._model.tokenise(part, special=True) for part in (before, between, after)]
            return parts[0], parts[1], parts[2]
        vocab = self._model.vocab
        begin = _known(lib.llama_vocab_bos(vocab)) if lib.llama_vocab_get_add_bos(vocab) else []
        separator = _known(lib.llama_vocab_sep(vocab))
        end = _known(lib.llama_vocab_eos(vocab)) or separator
        if not lib.llama_vocab_get_add_eos(vocab):
            return begin, separator, separator
        return begin, [*end, *(separator if lib.llama_vocab_get_add_sep(vocab) else [])], end


def _known(token: int) -> list[int]:
    return [token] if token >= 0 else []
