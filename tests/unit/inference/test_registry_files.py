"""Models in several files, whole folders, doubles, history and results."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import gguf
import numpy as np
import pytest

from workbench.errors import Cancelled, DiskFull, ModelDamaged, ModelMissing
from workbench.inference import model_files
from workbench.inference.api import Role
from workbench.inference.guess import RoleUnclear
from workbench.inference.registry import Brought, Refused, Registry
from workbench.jobs import JobContext

Write = Callable[..., Path]
TEMPLATE = "{{ messages }}"


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "stick"
    folder.mkdir()
    return folder


@pytest.fixture
def write(stick: Path) -> Write:
    """Writes a small GGUF onto the stick; ``tensors`` above 1 with ``split`` makes a file for each."""

    def make(
        name: str,
        *,
        title: str = "",
        template: str = "",
        kind: str = "",
        architecture: str = "llama",
        pooling: int | None = None,
        tensors: tuple[str, ...] = ("token_embd.weight",),
        split: bool = False,
    ) -> Path:
        path = stick / f"{name}.gguf"
        writer = gguf.GGUFWriter(path, architecture, split_max_tensors=1 if split else 0)
        writer.add_name(title or name)
        if kind:
            writer.add_type(kind)
        if template:
            writer.add_chat_template(template)
        if pooling is not None:
            writer.add_pooling_type(gguf.PoolingType(pooling))
        for number, tensor in enumerate(tensors):
            writer.add_tensor(tensor, np.full((4, 32), number, dtype=np.float32))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        return path

    return make


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models")


@pytest.fixture
def parts(write: Write, stick: Path) -> list[Path]:
    write("split", template=TEMPLATE, tensors=("token_embd.weight", "a.weight", "b.weight"), split=True)
    return sorted(stick.glob("split-*"))


def test_a_split_model_is_one_model_whichever_of_its_files_is_chosen(registry: Registry, parts: list[Path]) -> None:
    assert [path.name for path in parts] == [f"split-0000{n}-of-00003.gguf" for n in (1, 2, 3)]
    entry = registry.import_file(parts[1])
    assert registry.list() == (entry,)
    assert entry.file == parts[0].name
    assert entry.size == sum(path.stat().st_size for path in parts)
    assert [part.file for part in entry.files] == [path.name for path in parts]
    assert len({part.sha256 for part in entry.files} | {entry.sha256}) == 4
    assert [path.read_bytes() for path in registry.paths(entry)] == [path.read_bytes() for path in parts]
    assert (entry.parameters, entry.role) == (3 * 128, Role.CHAT)
    registry.verify(entry.id)


def test_a_split_model_with_a_part_missing_names_it(registry: Registry, parts: list[Path]) -> None:
    parts[2].unlink()
    with pytest.raises(ModelDamaged) as refused:
        registry.import_file(parts[0])
    assert parts[2].name in refused.value.message
    assert parts[2].name in refused.value.hint
    assert registry.list() == ()


def test_parts_of_different_models_are_not_joined(registry: Registry, parts: list[Path]) -> None:
    shutil.copy(parts[0], parts[1])
    with pytest.raises(ModelDamaged):
        registry.import_file(parts[0])
    alone = parts[0].with_name("renamed.gguf")
    shutil.copy(parts[0], alone)
    with pytest.raises(ModelDamaged) as refused:
        registry.import_file(alone)
    assert "3" in refused.value.message


def test_a_damaged_part_is_found_at_the_load_and_by_verifying(registry: Registry, parts: list[Path]) -> None:
    entry = registry.import_file(parts[0])
    second = registry.paths(entry)[1]
    raw = bytearray(second.read_bytes())
    raw[-1] ^= 1
    second.write_bytes(raw)
    os.utime(second, ns=(1, entry.files[1].mtime_ns))
    registry.require(Role.CHAT)
    with pytest.raises(ModelDamaged) as damaged:
        registry.verify(entry.id)
    assert second.name in damaged.value.detail
    second.unlink()
    with pytest.raises(ModelDamaged):
        registry.require(Role.CHAT)


def test_a_folder_is_imported_model_by_model_and_refusals_are_named(
    registry: Registry, write: Write, parts: list[Path], stick: Path
) -> None:
    write("chat", template=TEMPLATE)
    write("lora", kind="adapter", architecture="qwen2")
    write("vision", architecture="clip")
    (stick / "notes.txt").write_text("no model", encoding="utf-8")
    (stick / "below").mkdir()
    (stick / "below" / "cut.gguf").write_bytes(parts[0].read_bytes()[:100])
    outcomes = registry.bring_all(stick)
    good = {o.entry.name for o in outcomes if isinstance(o, Brought)}
    refused = {o.path.name: o.error for o in outcomes if isinstance(o, Refused)}
    assert good == {"chat", "split"}
    assert set(refused) == {"lora.gguf", "vision.gguf", "cut.gguf"}
    assert all(error.message and error.hint for error in refused.values())
    assert "LoRA" in refused["lora.gguf"].message


def test_a_folder_without_models_says_so(registry: Registry, stick: Path) -> None:
    with pytest.raises(ModelMissing):
        registry.bring_all(stick)


def test_a_cancelled_folder_keeps_what_was_whole(registry: Registry, write: Write, stick: Path) -> None:
    write("a", template=TEMPLATE)
    write("b", template=TEMPLATE)
    job = JobContext(lambda _done, _total, text: job.cancel() if text == "b.gguf" else None)
    with pytest.raises(Cancelled):
        registry.bring_all(stick, job)
    assert [e.name for e in registry.list()] in (["a"], ["a", "b"])
    assert not list(registry.models_dir.glob(".part-*"))


def test_the_same_model_is_recognised_under_another_name_and_not_copied(
    registry: Registry, write: Write, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = registry.bring(write("chat", template=TEMPLATE, title="Chat"))
    shutil.copy(stick / "chat.gguf", stick / "again.gguf")
    monkeypatch.setattr("workbench.inference.incoming.copy", lambda *_: pytest.fail("copied"))
    second = registry.bring(stick / "again.gguf")
    assert (first.new, second.new) == (True, False)
    assert second.entry == first.entry


def test_a_damaged_copy_is_mended_by_importing_again_and_its_results_stay(registry: Registry, write: Write) -> None:
    path = write("chat", template=TEMPLATE)
    entry = registry.import_file(path)
    registry.note_result(entry.id, "trials", {"writing": 9.5})
    held = registry.path(entry)
    raw = bytearray(held.read_bytes())
    raw[-1] ^= 1
    held.write_bytes(raw)
    assert registry.bring(path).new
    registry.verify(entry.id)
    assert registry.results(entry.id, "trials") == ({"writing": 9.5},)


def test_too_small_a_disk_is_told_before_anything_is_copied(
    registry: Registry, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("chat", template=TEMPLATE)
    usage = shutil.disk_usage(path)
    monkeypatch.setattr(model_files.shutil, "disk_usage", lambda _: usage._replace(free=1000))
    monkeypatch.setattr("workbench.inference.incoming.copy", lambda *_: pytest.fail("copied"))
    with pytest.raises(DiskFull) as full:
        registry.import_file(path)
    assert "0.1 GB" in full.value.message
    assert list(registry.models_dir.iterdir()) == []


def test_an_unclear_role_is_asked_for_before_anything_is_copied(
    registry: Registry, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbench.inference.incoming.copy", lambda *_: pytest.fail("copied"))
    with pytest.raises(RoleUnclear):
        registry.import_file(write("plain"))


@pytest.mark.parametrize(
    ("told", "role", "why"),
    [
        ({"architecture": "bert", "pooling": 4}, Role.RERANK, "pooling"),
        ({"architecture": "bert", "tensors": ("token_embd.weight", "cls.weight")}, Role.RERANK, "classifier"),
        ({"title": "Qwen3-Reranker-0.6B", "template": TEMPLATE, "architecture": "qwen3"}, Role.RERANK, "name"),
        ({"title": "Qwen3 Embedding 0.6B", "template": TEMPLATE, "pooling": 3}, Role.EMBEDDING, "pooling"),
        ({"architecture": "nomic-bert"}, Role.EMBEDDING, "architecture"),
        ({"title": "bge-m3", "template": TEMPLATE}, Role.EMBEDDING, "name"),
        ({"title": "Qwen3-8B", "template": TEMPLATE}, Role.CHAT, "template"),
    ],
)
def test_a_role_is_guessed_from_the_surest_sign(
    registry: Registry, write: Write, told: dict[str, object], role: Role, why: str
) -> None:
    entry = registry.import_file(write("model", **told))
    assert (entry.role, entry.why) == (role, why)


def test_going_back_goes_through_who_worked_before_and_not_who_was_merely_imported(
    registry: Registry, write: Write
) -> None:
    ids = {name: registry.import_file(write(name, template=TEMPLATE, tensors=(f"{name}.w",))).id for name in "abcd"}
    assert registry.previous(Role.CHAT) is None
    registry.promote(ids["c"])
    registry.promote(ids["b"])
    assert registry.rollback(Role.CHAT).id == ids["c"]
    assert registry.rollback(Role.CHAT).id == ids["a"]
    with pytest.raises(ModelMissing):
        registry.rollback(Role.CHAT)
    steps = [(step.id, step.why) for step in registry.history(Role.CHAT)]
    assert steps == [
        (ids["a"], "import"),
        (ids["c"], "promote"),
        (ids["b"], "promote"),
        (ids["c"], "rollback"),
        (ids["a"], "rollback"),
    ]


def test_a_removed_model_is_no_way_back(registry: Registry, write: Write) -> None:
    old = registry.import_file(write("old", template=TEMPLATE, tensors=("old.w",)))
    new = registry.import_file(write("new", template=TEMPLATE, tensors=("new.w",)))
    registry.promote(new.id)
    registry.remove(old.id)
    assert registry.previous(Role.CHAT) is None


def test_roles_noted_before_there_was_a_history_lead_back_too(registry: Registry, write: Write) -> None:
    old = registry.import_file(write("old", template=TEMPLATE, tensors=("old.w",)))
    new = registry.import_file(write("new", template=TEMPLATE, tensors=("new.w",)))
    plain = {role.value: list(ids) for role, ids in registry.roles().items()}
    (registry.models_dir / "roles.json").write_text(json.dumps(plain), encoding="utf-8")
    registry.promote(new.id)
    assert registry.rollback(Role.CHAT).id == old.id


def test_only_the_last_twenty_results_are_kept(registry: Registry, write: Write) -> None:
    entry = registry.import_file(write("chat", template=TEMPLATE))
    for number in range(25):
        registry.note_result(entry.id, "evaluations", {"suite": "law", "number": number})
    assert [r["number"] for r in registry.results(entry.id, "evaluations")] == list(range(5, 25))


def test_a_model_stands_alone_in_a_folder_of_its_own_without_a_copy(
    registry: Registry, write: Write, tmp_path: Path
) -> None:
    registry.import_file(write("old", template=TEMPLATE, tensors=("old.w",)))
    new = registry.import_file(write("new", template=TEMPLATE, tensors=("new.w",)))
    alone = Registry(registry.alone(new, tmp_path / "alone"))
    assert alone.require(Role.CHAT) == new
    assert alone.path(new) == registry.path(new)
    assert {path.name for path in (tmp_path / "alone").iterdir()} == {"elsewhere.json", "roles.json"}


def test_copies_left_behind_long_ago_go_at_the_next_import(registry: Registry, write: Write) -> None:
    left = registry.models_dir / ".part-1-2"
    left.mkdir(parents=True)
    (left / "half.gguf").write_bytes(b"GGUF")
    os.utime(left, (1, 1))
    registry.import_file(write("chat", template=TEMPLATE))
    assert not left.exists()


def test_an_entry_of_a_newer_program_is_still_read(registry: Registry, write: Write) -> None:
    entry = registry.import_file(write("chat", template=TEMPLATE))
    note = registry.models_dir / entry.id / "model.json"
    values = json.loads(note.read_text(encoding="utf-8"))
    note.write_text(json.dumps({**values, "colour": "blue"}), encoding="utf-8")
    assert registry.list() == (entry,)
