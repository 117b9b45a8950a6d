"""Whether a model suits this machine, told from its head before it is loaded: memory and expected speed.

Memory is the files, the cache of the context (layers x heads of keys and values x their lengths x 2
bytes a number) and the working memory of one batch. A word costs one reading of all weights it uses,
so the speed of answering is bandwidth over these bytes; reading a prompt is arithmetic, so its speed is
weights a second over the weights used, with wide vectors (AVX-512) more than twice as many. Both are scaled
from a trial of another model on this machine where there was one: the one nearest in size.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from workbench.inference.api import Role
from workbench.inference.catalogue import KnownModel
from workbench.inference.gguf_header import GgufHeader

BATCH = 512
"""Tokens read in one go by a chat model."""

_CACHE_NUMBER = 2
_PROCESS = 72 << 20
_LOGITS_SHARE = 0.12
"""Of a number for every word and token of a batch; with ``_PROCESS`` as measured on two models, docs/performance.md."""

_EFFICIENCY = 0.85
_USUAL_TOKENS_HELD = 1000
_WEIGHTS_PER_CORE = {Role.CHAT: 6e10}
_WEIGHTS_PER_WIDE_CORE = {Role.CHAT: 15e10}
_ENCODED_PER_CORE = 4.5e10
"""Weights multiplied a second while a text is read; of chat models a little below what was measured, see
docs/decisions/0035."""

_ENCODER_CONTEXT = 512
_GOOD_SHARE, _MOST_SHARE = 0.6, 0.85
ENOUGH = {Role.CHAT: 5.0, Role.EMBEDDING: 200.0, Role.RERANK: 1500.0}
"""Tokens a second that make a model worth recommending: written by a chat model, read by the others."""


class Verdict(StrEnum):
    """How a model suits the machine's memory."""

    GOOD = "good"
    TIGHT = "tight"
    TOO_BIG = "too_big"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Shape:
    """What memory and speed depend on. Bytes; ``trained``: tokens of context the model was made for."""

    role: Role
    size: int
    kv_per_token: int
    batch_bytes: int
    decode_bytes: int
    active_weights: float
    trained: int


@dataclass(frozen=True, slots=True)
class MachineFigures:
    """The machine: bytes of memory in all and free now (None: not known), bandwidth in bytes a second, cores.

    ``wide``: its processor has AVX-512.
    """

    memory: int | None
    free: int | None
    bandwidth: float
    cores: int
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Fit:
    """How a model suits a machine. Bytes; speeds in tokens a second; ``measured``: scaled from a trial here."""

    verdict: Verdict
    needed: int
    weights: int
    cache: int
    working: int
    context: int
    machine: int | None
    writing: float
    reading: float
    measured: bool

    def to_json(self) -> dict[str, Any]:
        """For machine output."""
        return {
            "verdict": self.verdict.value,
            "needed": self.needed,
            "weights": self.weights,
            "cache": self.cache,
            "working": self.working,
            "context": self.context,
            "machine": self.machine,
            "writing_tokens_per_second": round(self.writing, 1),
            "reading_tokens_per_second": round(self.reading, 1),
            "measured": self.measured,
        }


def shape_of(header: GgufHeader, role: Role, size: int) -> Shape:
    """The shape of a file by its head; ``size`` in bytes of all files."""
    total = max(header.bytes.total, 1)
    experts, used = header.of_model("expert_count"), header.of_model("expert_used_count")
    resting = header.bytes.experts * (1 - used / experts) if experts and 0 < used <= experts else 0.0
    # Without an output matrix of its own a model reads the word embeddings for every word it writes.
    looked_up = header.bytes.embedding if header.bytes.has_output or role is not Role.CHAT else 0
    decode = max(1, int(total - resting - looked_up))
    return Shape(
        role=role,
        size=size,
        kv_per_token=_kv_per_token(header) if role is Role.CHAT else 0,
        batch_bytes=_batch_bytes(header, role),
        decode_bytes=decode,
        active_weights=header.parameters * decode / total,
        trained=header.of_model("context_length"),
    )


def shape_of_known(known: KnownModel) -> Shape:
    """The shape of a model of the catalogue, which is not here."""
    share = known.active / known.weights if known.weights else 1.0
    return Shape(
        role=known.role,
        size=known.size,
        kv_per_token=known.kv_bytes,
        batch_bytes=(120 << 20) if known.role is Role.CHAT else (64 << 20),
        decode_bytes=max(1, int(known.size * share)),
        active_weights=known.active * 1e9,
        trained=known.context,
    )


def fit(shape: Shape, machine: MachineFigures, context: int, trials: Sequence[dict[str, Any]] = ()) -> Fit:
    """How a model suits a machine at ``context`` tokens; ``trials`` are results kept on this machine."""
    most = context if shape.role is Role.CHAT else _ENCODER_CONTEXT
    context = min(most, shape.trained) if shape.trained else most
    cache = shape.kv_per_token * context
    working = shape.batch_bytes + _PROCESS
    needed = shape.size + cache + working
    writing, reading, measured = _speeds(shape, machine, trials)
    return Fit(
        verdict=_verdict(needed, machine.memory),
        needed=needed,
        weights=shape.size,
        cache=cache,
        working=working,
        context=context,
        machine=machine.memory,
        writing=writing if shape.role is Role.CHAT else 0.0,
        reading=reading,
        measured=measured,
    )


def recommended(offers: Sequence[tuple[KnownModel, Fit]]) -> set[str]:
    """Ids of the best model of each role that fits well and is quick enough here."""
    chosen: dict[Role, KnownModel] = {}
    for known, told in offers:
        if known.test_only or told.verdict is not Verdict.GOOD or not _meant_for(known, told.machine):
            continue
        speed = told.writing if known.role is Role.CHAT else told.reading
        better = known.role not in chosen or known.rank > chosen[known.role].rank
        if speed >= ENOUGH[known.role] and better:
            chosen[known.role] = known
    return {known.id for known in chosen.values()}


def _meant_for(known: KnownModel, memory: int | None) -> bool:
    """Whether a machine is of the class a model is meant for; one sold with 8 GB tells a little less."""
    return memory is None or memory >= known.memory_gb * 0.85 * (1 << 30)


def _verdict(needed: int, memory: int | None) -> Verdict:
    if memory is None:
        return Verdict.UNKNOWN
    share = needed / memory
    if share > _MOST_SHARE:
        return Verdict.TOO_BIG
    return Verdict.TIGHT if share > _GOOD_SHARE else Verdict.GOOD


def _speeds(shape: Shape, machine: MachineFigures, trials: Sequence[dict[str, Any]]) -> tuple[float, float, bool]:
    """Tokens a second written and read, and whether a trial on this machine tells."""
    token = shape.decode_bytes + shape.kv_per_token * _USUAL_TOKENS_HELD
    nearest = _nearest(shape, trials)
    if nearest is None:
        rates = _WEIGHTS_PER_WIDE_CORE if machine.wide else _WEIGHTS_PER_CORE
        reading = rates.get(shape.role, _ENCODED_PER_CORE) * machine.cores / max(shape.active_weights, 1.0)
        return machine.bandwidth * _EFFICIENCY / token, reading, False
    writing = float(nearest["writing"]) * float(nearest["decode_bytes"]) / shape.decode_bytes
    reading = float(nearest["reading"]) * float(nearest["active_weights"]) / max(shape.active_weights, 1.0)
    return writing, reading, True


def _nearest(shape: Shape, trials: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """The trial of a model of the same kind nearest in size."""
    wanted = ("writing", "reading", "decode_bytes", "active_weights")
    usable = [
        t
        for t in trials
        if (t.get("role") == Role.CHAT) == (shape.role is Role.CHAT)
        and all(isinstance(t.get(key), int | float) and t[key] > 0 for key in wanted)
    ]
    return min(usable, key=lambda t: abs(math.log(t["decode_bytes"] / shape.decode_bytes)), default=None)


def _kv_per_token(header: GgufHeader) -> int:
    """Bytes of keys and values a token takes in all layers."""
    layers = min(header.of_model("block_count"), 1024)
    heads = header.of_model("attention.head_count", 1)
    width = header.of_model("embedding_length")
    latent = header.of_model("attention.kv_lora_rank")
    if latent:
        return layers * (latent + header.of_model("rope.dimension_count")) * _CACHE_NUMBER
    head = width // max(heads, 1)
    lengths = header.of_model("attention.key_length", head) + header.of_model("attention.value_length", head)
    each = header.sequences.get(f"{header.architecture}.attention.head_count_kv")
    pairs = int(sum(each)) if each else layers * header.of_model("attention.head_count_kv", heads)
    return pairs * lengths * _CACHE_NUMBER


def _batch_bytes(header: GgufHeader, role: Role) -> int:
    """Working memory of one batch: numbers for the words of the vocabulary, and the layers' own."""
    words = header.lists.get("tokenizer.ggml.tokens", 0) if role is Role.CHAT else 0
    inner = header.of_model("feed_forward_length")
    width = header.of_model("embedding_length")
    batch = BATCH if role is Role.CHAT else _ENCODER_CONTEXT
    return round(batch * 4 * (_LOGITS_SHARE * words + 2 * inner + 4 * width))
