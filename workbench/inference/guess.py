"""What a model file is for, read from its head; the user may correct it."""

import re
from dataclasses import dataclass

from workbench.errors import EngineError
from workbench.inference.api import Role
from workbench.inference.gguf_header import GgufHeader

TEMPLATE_KEY = "tokenizer.chat_template"
_RANK = 4
"""Pooling by rank, as llama.cpp numbers it; 0 is none, 1 mean, 2 first token, 3 last token."""

_RERANK_NAMES = re.compile(r"re-?rank|cross-?encoder|monot5", re.IGNORECASE)
_EMBEDDING_NAMES = re.compile(
    r"embed|\b(bge|gte|e5|m3e|jina-(v\d|clip)|arctic-embed|sentence|stella|conan|piccolo|xiaobu)\b", re.IGNORECASE
)
_ENCODERS = ("bert", "t5encoder", "eurobert", "gemma-embedding")


class RoleUnclear(EngineError):
    """The file does not say what it is for, and nobody else did."""

    kind = "role_unclear"


class TemplateUnclear(EngineError):
    """A chat model's file does not say how a talk is written down, and nobody picked a template for it."""

    kind = "template_unclear"


@dataclass(frozen=True, slots=True)
class RoleGuess:
    """A role and what told it: ``pooling``, ``classifier``, ``name``, ``architecture``, ``template`` or nothing."""

    role: Role | None
    why: str = ""


def has_template(header: GgufHeader) -> bool:
    """Whether the file says how a talk is written down."""
    return TEMPLATE_KEY in header.facts


def guess_role(header: GgufHeader, file: str = "") -> RoleGuess:
    """What the file is made for, the surest sign first.

    A reranker and an embedding model made from a chat model keep its template, so names go before it.
    """
    pooling = header.facts.get(f"{header.architecture}.pooling_type")
    names = " ".join((header.text("general.name"), header.text("general.basename"), file)).replace("_", "-")
    encoder = any(word in header.architecture for word in _ENCODERS)
    signs = (
        (pooling == _RANK, Role.RERANK, "pooling"),
        (header.bytes.has_classifier, Role.RERANK, "classifier"),
        (_RERANK_NAMES.search(names), Role.RERANK, "name"),
        (pooling not in (None, 0), Role.EMBEDDING, "pooling"),
        (encoder, Role.EMBEDDING, "architecture"),
        (_EMBEDDING_NAMES.search(names), Role.EMBEDDING, "name"),
        (has_template(header), Role.CHAT, "template"),
    )
    return next((RoleGuess(role, why) for seen, role, why in signs if seen), RoleGuess(None))
