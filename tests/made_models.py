"""Models made for tests: random weights and the characters they are given, so small that they load at once."""

from pathlib import Path
from typing import Any

import gguf
import numpy as np

WIDTH, INNER, HEADS, CONTEXT = 64, 128, 4, 256
_OWN = ("embedding_length", "feed_forward_length", "attention.head_count", "block_count", "context_length")
_MARKS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
_PAD, _UNKNOWN, _BEGIN, _END = range(4)


def made_encoder(target: Path, words: str, *, ranks: bool = False, seed: int = 1) -> Path:
    """An encoder of one layer and 64 numbers a text that knows the characters of ``words``; ``ranks``: it scores pairs.

    Its vectors depend on the characters alone, so texts that share some lie near each other.
    """
    tokens = [*_MARKS, *(f"\u2581{character}" for character in sorted(set(words)))]
    writer = gguf.GGUFWriter(target, "bert")
    for key, value in zip(_OWN, (WIDTH, INNER, HEADS, 1, CONTEXT), strict=True):
        writer.add_uint32(f"bert.{key}", value)
    writer.add_float32("bert.attention.layer_norm_epsilon", 1e-12)
    writer.add_bool("bert.attention.causal", False)
    writer.add_name(f"made encoder {seed}")
    writer.add_license("mit")
    writer.add_pooling_type(gguf.PoolingType.RANK if ranks else gguf.PoolingType.MEAN)
    writer.add_tokenizer_model("bert")
    writer.add_token_list(tokens)
    control, normal = gguf.TokenType.CONTROL, gguf.TokenType.NORMAL
    writer.add_token_types([control if token in _MARKS else normal for token in tokens])
    writer.add_token_type_count(2)
    for name, token in (("padding", _PAD), ("unknown", _UNKNOWN), ("bos", _BEGIN), ("eos", _END), ("seperator", _END)):
        writer.add_uint32(f"tokenizer.ggml.{name}_token_id", token)
    for name, shape in _tensors(len(tokens), ranks).items():
        random = np.random.default_rng([seed, len(name), sum(name.encode())])
        writer.add_tensor(name, _weights(name, shape, random))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return target


def _tensors(words: int, ranks: bool) -> dict[str, tuple[int, ...]]:
    """Names and shapes, as numpy has them: outputs first."""
    shapes: dict[str, tuple[int, ...]] = {
        "token_embd.weight": (words, WIDTH),
        "token_types.weight": (2, WIDTH),
        "position_embd.weight": (CONTEXT, WIDTH),
        "token_embd_norm.weight": (WIDTH,),
        "token_embd_norm.bias": (WIDTH,),
    }
    for part in ("attn_q", "attn_k", "attn_v", "attn_output"):
        shapes |= {f"blk.0.{part}.weight": (WIDTH, WIDTH), f"blk.0.{part}.bias": (WIDTH,)}
    shapes |= {"blk.0.ffn_up.weight": (INNER, WIDTH), "blk.0.ffn_up.bias": (INNER,)}
    shapes |= {"blk.0.ffn_down.weight": (WIDTH, INNER), "blk.0.ffn_down.bias": (WIDTH,)}
    for part in ("attn_output_norm", "layer_output_norm"):
        shapes |= {f"blk.0.{part}.weight": (WIDTH,), f"blk.0.{part}.bias": (WIDTH,)}
    if ranks:
        shapes |= {"cls.weight": (WIDTH, WIDTH), "cls.bias": (WIDTH,)}
        shapes |= {"cls.output.weight": (1, WIDTH), "cls.output.bias": (1,)}
    return shapes


def _weights(name: str, shape: tuple[int, ...], random: np.random.Generator) -> Any:
    if name.endswith("norm.weight"):
        return np.ones(shape, dtype=np.float32)
    if len(shape) == 1:
        return np.zeros(shape, dtype=np.float32)
    scale = {"token_embd.weight": 1.0, "cls.weight": 0.2, "cls.output.weight": 0.2}.get(name, 0.02)
    kind = np.float16 if name == "token_embd.weight" else np.float32
    return random.normal(size=shape).astype(kind) * kind(scale)
