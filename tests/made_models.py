"""Models made for tests: random weights around the words of the starter embedding model, small and quick."""

from pathlib import Path
from typing import Any

import gguf
import numpy as np

WIDTH, INNER, HEADS, CONTEXT = 64, 128, 4, 256
_OWN = ("embedding_length", "feed_forward_length", "attention.head_count", "block_count", "context_length")


def made_encoder(words_of: Path, target: Path, *, ranks: bool = False, seed: int = 1) -> Path:
    """An encoder of one layer and 64 numbers a text with the words of ``words_of``; ``ranks``: it scores pairs.

    Its vectors depend on the words alone, so texts that share words lie near each other.
    """
    reader = gguf.GGUFReader(words_of)
    writer = gguf.GGUFWriter(target, "bert")
    for name, field in reader.fields.items():
        # Facts of the tokenizer; those of the model are its own.
        if name.startswith("tokenizer.") or name == "bert.attention.causal":
            _copy(writer, name, field)
    for key, value in zip(_OWN, (WIDTH, INNER, HEADS, 1, CONTEXT), strict=True):
        writer.add_uint32(f"bert.{key}", value)
    writer.add_float32("bert.attention.layer_norm_epsilon", 1e-12)
    writer.add_name(f"made encoder {seed}")
    writer.add_license("mit")
    writer.add_pooling_type(gguf.PoolingType.RANK if ranks else gguf.PoolingType.MEAN)
    words = len(reader.fields["tokenizer.ggml.tokens"].data)
    for name, shape in _tensors(words, ranks).items():
        random = np.random.default_rng([seed, len(name), sum(name.encode())])
        writer.add_tensor(name, _weights(name, shape, random))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return target


def _copy(writer: gguf.GGUFWriter, name: str, field: Any) -> None:
    kind = field.types[0]
    inner = field.types[-1] if kind == gguf.GGUFValueType.ARRAY else None
    writer.add_key_value(name, field.contents(), kind, sub_type=inner)


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
