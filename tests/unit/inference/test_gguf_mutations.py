"""Three hundred damaged heads: read or refused, never anything else, and never more than the file."""

import random
import struct
from pathlib import Path

import gguf
import numpy as np
import pytest

from workbench.inference.gguf_header import GgufFault, read_header

MUTATIONS = 300
HUGE = (0xFFFFFFFF, 0x7FFFFFFFFFFFFFFF, 0xFFFFFFFFFFFFFFFF, 1 << 40, 0x80000000)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("sound") / "sound.gguf"
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("小模型")
    writer.add_block_count(2)
    writer.add_head_count_kv([2, 0])
    writer.add_token_list([f"word{n}".encode() for n in range(50)])
    writer.add_token_scores([0.5] * 50)
    writer.add_chat_template("{{ messages }}")
    for name in ("token_embd.weight", "blk.0.attn_q.weight", "output.weight"):
        writer.add_tensor(name, np.ones((4, 32), dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path.read_bytes()


def mutate(raw: bytes, seed: int) -> bytes:
    """Cut, flipped, overwritten by absurd counts, or a part moved: one kind a seed."""
    dice = random.Random(seed)
    changed = bytearray(raw)
    place = dice.randrange(4, len(raw) - 8)
    kind = seed % 5
    if kind == 0:
        return bytes(changed[:place])
    if kind == 1:
        for _ in range(dice.randint(1, 8)):
            changed[dice.randrange(len(changed))] ^= 1 << dice.randrange(8)
    elif kind == 2:
        changed[place : place + 8] = struct.pack("<Q", dice.choice(HUGE))
    elif kind == 3:
        changed[place : place + 4] = struct.pack("<I", dice.choice((9, 8, 12, 13, 0xFFFF, 0)))
    else:
        other = dice.randrange(4, len(raw) - 64)
        changed[place : place + 64] = raw[other : other + 64]
    return bytes(changed)


def test_three_hundred_mutated_heads_are_read_or_refused(sound: bytes, tmp_path: Path) -> None:
    path = tmp_path / "mutated.gguf"
    refused = 0
    for seed in range(MUTATIONS):
        raw = mutate(sound, seed)
        path.write_bytes(raw)
        try:
            header = read_header(path)
        except GgufFault:
            refused += 1
            continue
        assert header.bytes.total <= len(raw)
    assert MUTATIONS // 3 < refused < MUTATIONS


def head(*, tensors: int = 0, facts: bytes = b"", count: int = 0) -> bytes:
    return b"GGUF" + struct.pack("<IQQ", 3, tensors, count) + facts


def text(value: bytes) -> bytes:
    return struct.pack("<Q", len(value)) + value


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (head(count=1 << 40), "facts"),
        (head(tensors=1 << 62), "tensors"),
        (head(count=1, facts=text(b"a") + struct.pack("<IIQ", 9, 9, 3)), "value type 9"),
        (head(count=1, facts=text(b"a") + struct.pack("<IIQ", 9, 8, 1 << 60)), "list length"),
        (head(count=1, facts=text(b"a") + struct.pack("<IQ", 8, 1 << 63)), "string length"),
        (head(count=2, facts=(text(b"a") + struct.pack("<II", 4, 1)) * 2), "twice"),
        (head(count=1, facts=text(b"general.alignment") + struct.pack("<II", 4, 0)), "alignment"),
        (b"GGUF" + struct.pack(">IQQ", 3, 0, 0), "version"),
    ],
    ids=["facts", "tensors", "nested list", "list", "string", "repeated", "alignment", "other byte order"],
)
def test_absurd_counts_are_named(raw: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "absurd.gguf"
    path.write_bytes(raw + b"\0" * 64)
    with pytest.raises(GgufFault, match=said):
        read_header(path)


def test_a_tensor_outside_of_the_file_or_over_another_is_refused(sound: bytes, tmp_path: Path) -> None:
    at = sound.index(b"output.weight") + len(b"output.weight") + 4 + 16 + 4
    for offset in (1 << 50, 0, 32):
        moved = bytearray(sound)
        moved[at : at + 8] = struct.pack("<Q", offset)
        path = tmp_path / "moved.gguf"
        path.write_bytes(moved)
        with pytest.raises(GgufFault, match=r"output\.weight"):
            read_header(path)


def test_heads_of_each_layer_and_bytes_of_each_kind_are_read(sound: bytes, tmp_path: Path) -> None:
    path = tmp_path / "sound.gguf"
    path.write_bytes(sound)
    header = read_header(path)
    assert header.sequences["llama.attention.head_count_kv"] == (2.0, 0.0)
    assert (header.bytes.total, header.bytes.embedding, header.bytes.has_output) == (1536, 512, True)
    assert header.lists["tokenizer.ggml.tokens"] == 50
