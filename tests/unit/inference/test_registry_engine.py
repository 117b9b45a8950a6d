"""Imported models in a real worker: in several files, and damaged ones."""

from pathlib import Path

import gguf
import pytest

from tests.conftest import SMALL_CHAT, installed_model
from tests.soak.mutated_models import mutate
from tests.soak.test_mutated_models import head_of, what_becomes
from workbench.inference.api import ChatRequest, Message, Role
from workbench.inference.engine import LocalEngine
from workbench.inference.gguf_header import read_header
from workbench.inference.model_files import files_of
from workbench.inference.model_files import head_of as head_of_files
from workbench.inference.registry import Registry
from workbench.jobs import ComputeArbiter, JobContext

pytestmark = pytest.mark.engine


def split(source: Path, folder: Path, tensors: int) -> Path:
    """The model again, in files of so many tensors each; the first file."""
    reader = gguf.GGUFReader(source)
    writer = gguf.GGUFWriter(folder / "split.gguf", "llama", split_max_tensors=tensors)
    for name, field in reader.fields.items():
        if name.startswith("GGUF.") or name == "general.architecture":
            continue
        kind = field.types[0]
        inner = field.types[-1] if kind is gguf.GGUFValueType.ARRAY else None
        writer.add_key_value(name, field.contents(), kind, inner)
    for tensor in reader.tensors:
        writer.add_tensor(tensor.name, tensor.data, raw_dtype=tensor.tensor_type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return sorted(folder.glob("split-00001-*"))[0]


def test_a_real_model_in_three_files_answers_like_the_whole(tmp_path: Path) -> None:
    whole = installed_model(SMALL_CHAT)
    first = split(whole, tmp_path, 120)
    files = files_of(first)
    assert len(files.paths) == 3
    assert head_of_files(files).parameters == read_header(whole).parameters
    said = []
    for path in (whole, first):
        folder = tmp_path / f"models-{len(said)}"
        Registry(folder).import_file(path, Role.CHAT)
        engine = LocalEngine(folder, ComputeArbiter(), context=512, threads=2)
        request = ChatRequest((Message("user", "Name three colours."),), max_tokens=12)
        said.append("".join(engine.chat().chat(request, JobContext())))
        engine.close()
    assert said[0] == said[1] != ""


@pytest.mark.parametrize("seed", [0, 1, 3, 5, 11])
def test_a_damaged_model_is_accepted_or_clearly_refused(tmp_path: Path, seed: int) -> None:
    raw = installed_model(SMALL_CHAT).read_bytes()
    path = tmp_path / "mutated.gguf"
    path.write_bytes(mutate(raw, head_of(raw), seed))
    assert what_becomes(path, tmp_path / "models") in {"refused", "not loaded", "no answer", "answered"}
