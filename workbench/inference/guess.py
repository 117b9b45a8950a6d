"""What a model file is for, read from its head; the user may correct it."""

import re
from dataclasses import dataclass

from workbench.inference.api import Role
from workbench.inference.gguf_header import GgufHeader

_RANK = 4
"""Pooling by rank, as llama.cpp numbers it; 0 is none, 1 mean, 2 first token, 3 last token."""

_RERANK_NAMES = re.compile(r"re-?rank|cross-?encoder|monot5", re.IGNORECASE)
_EMBEDDING_NAMES = re.compile(
    r"embed|\b(bge|gte|e5|m3e|jina-(v\d|clip)|arctic-embed|sentence|stella|conan|piccolo|xiaobu)\b", re.IGNORECASE
)
_ENCODERS = ("bert", "t5encoder", "eurobert", "gemma-embedding")


@dataclass(frozen=True, slots=True)
class RoleGuess:
    """A role and what told it: ``pooling``, ``classifier``, ``name``, ``architecture``, ``template`` or nothing."""

    role: Role | None
    why: str = ""


def guess_role(header: GgufHeader, file: str = "") -> RoleGuess:
    """What the file is made for, the surest sign first.

    A reranker and an embedding model made from a chat model keep its template, so names go before it.
    """
    pooling = header.facts.get(f"{header.architecture}.pooling_type")
    names = " ".join((header.text("general.name"), header.text("general.basename"), file)).replace("_", "-")
    encoder = any(word in header.architecture for word in _ENCODERS)
    if pooling == _RANK:
        return RoleGuess(Role.RERANK, "pooling")
    if header.bytes.has_classifier:
        return RoleGuess(Role.RERANK, "classifier")
    if _RERANK_NAMES.search(names):
        return RoleGuess(Role.RERANK, "name")
    if pooling not in (None, 0):
        return RoleGuess(Role.EMBEDDING, "pooling")
    if encoder:
        return RoleGuess(Role.EMBEDDING, "architecture")
    if _EMBEDDING_NAMES.search(names):
        return RoleGuess(Role.EMBEDDING, "name")
    if "tokenizer.chat_template" in header.facts:
        return RoleGuess(Role.CHAT, "template")
    return RoleGuess(None)
