"""From messages to tokens by the model's own chat template.

What stands between the template's marks is never read as marks: a document that contains
``<|im_end|>`` stays a document.
"""

from collections.abc import Sequence

import llama_cpp.llama_cpp as lib
from jinja2 import TemplateError
from llama_cpp.llama_chat_format import Jinja2ChatFormatter

from workbench.inference.llama import LlamaModel
from workbench.inference.thinking import CLOSE, OPEN

_LEFT, _RIGHT = "\ue000", "\ue001"


class TemplateFault(Exception):
    """The model has no chat template, or it can't be applied to these messages."""


class ChatPrompt:
    """A model's chat template: ``chosen`` by the user, else the file's own."""

    def __init__(self, model: LlamaModel, chosen: str = "") -> None:
        text = chosen or model.template()
        if not text:
            raise TemplateFault("no chat template")
        self._model = model
        # Thoughts between marks of another kind (Gemma 4, Command R) stay switched off by the template itself.
        self.thinks = OPEN in text
        self._bos = int(lib.llama_vocab_bos(model.vocab))
        self._wants_bos = bool(lib.llama_vocab_get_add_bos(model.vocab))
        self._formatter = self._made(text)

    def tokens(self, messages: Sequence[tuple[str, str]], *, thinking: bool = False) -> list[int]:
        """Tokens of ``(role, text)`` messages up to where the assistant speaks. Raises TemplateFault.

        Of a model that thinks aloud the thought is open then (``thinking``), or closed before it began.
        """
        texts = {f"{_LEFT}{i}{_RIGHT}": text for i, (_, text) in enumerate(messages)}
        rendered = self._render([(role, mark) for (role, _), mark in zip(messages, texts, strict=True)], thinking)
        tokens: list[int] = []
        # A template may show them in an order of its own: some set the system's words before the last question.
        for mark in sorted(texts, key=rendered.index):
            before, _, rendered = rendered.partition(mark)
            tokens += self._model.tokenise(before, special=True)
            tokens += self._model.tokenise(texts[mark])
        tokens += self._model.tokenise(self._thought_set(rendered, thinking), special=True)
        if self._wants_bos and tokens[:1] != [self._bos]:
            tokens.insert(0, self._bos)
        return tokens

    def _made(self, text: str) -> Jinja2ChatFormatter:
        end = int(lib.llama_vocab_eos(self._model.vocab))
        try:
            return Jinja2ChatFormatter(text, self._model.special_text(end), self._model.special_text(self._bos))
        except (TemplateError, ValueError) as error:
            raise TemplateFault(str(error)) from error

    def _thought_set(self, ending: str, thinking: bool) -> str:
        """The prompt's end with the thought opened or closed, whatever the template makes of it."""
        if not self.thinks:
            return ending
        plain = ending.rstrip()
        opened = plain.endswith(OPEN)
        if thinking:
            return ending if opened else f"{ending}{OPEN}\n"
        if plain.endswith(CLOSE):
            return ending
        return f"{plain}\n\n{CLOSE}\n\n" if opened else f"{ending}{OPEN}\n\n{CLOSE}\n\n"

    def _render(self, marks: list[tuple[str, str]], thinking: bool) -> str:
        """The template filled with ``(role, mark)``, every mark in it once.

        Templates that know no system (Gemma 2 refuses it, others leave it out) get its words before the question.
        """
        ways = [marks]
        if [role for role, _ in marks[:2]] == ["system", "user"]:
            ways.append([("user", f"{marks[0][1]}\n\n{marks[1][1]}"), *marks[2:]])
        fault = TemplateFault("the template does not show every message once")
        for way in ways:
            try:
                rendered = self._filled(way, thinking)
            except TemplateFault as found:
                fault = found
                continue
            if all(rendered.count(mark) == 1 for _, mark in marks):
                return rendered
        raise fault

    def _filled(self, messages: list[tuple[str, str]], thinking: bool) -> str:
        asked = [{"role": role, "content": text} for role, text in messages]
        try:
            filled = self._formatter(messages=asked, enable_thinking=thinking)
        except (TemplateError, ValueError, TypeError, KeyError, ArithmeticError) as error:
            raise TemplateFault(str(error)) from error
        return str(filled.prompt)
