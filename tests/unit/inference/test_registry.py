import errno
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbench.errors import Cancelled, DiskFull, EngineError, ModelDamaged, ModelMissing
from workbench.inference import model_files as module
from workbench.inference import templates
from workbench.inference.api import Role
from workbench.inference.guess import TemplateUnclear
from workbench.inference.registry import Registry
from workbench.jobs import JobContext

Make = Callable[..., Path]


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models")


def test_a_machine_without_models_has_none_and_says_so(registry: Registry) -> None:
    assert registry.list() == ()
    assert registry.active(Role.CHAT) is None
    with pytest.raises(ModelMissing) as missing:
        registry.require(Role.CHAT)
    assert missing.value.hint


def test_an_imported_model_gets_the_role_its_file_tells_and_works_at_once(registry: Registry, make_gguf: Make) -> None:
    chat = registry.import_file(make_gguf("chat.gguf", template="{{ messages }}", title="Chat"))
    vectors = registry.import_file(make_gguf("vectors.gguf", pooling=1, title="Vectors"))
    assert (chat.role, vectors.role) == (Role.CHAT, Role.EMBEDDING)
    assert registry.require(Role.CHAT) == chat
    assert registry.path(chat).read_bytes() == (registry.models_dir.parent / "chat.gguf").read_bytes()
    assert (chat.licence, chat.parameters, chat.id) == ("mit", 128, chat.sha256[:16])


def test_a_file_that_does_not_tell_its_role_asks_for_it(registry: Registry, make_gguf: Make) -> None:
    path = make_gguf()
    with pytest.raises(EngineError) as unclear:
        registry.import_file(path)
    assert "--role" in unclear.value.hint
    assert registry.import_file(path, Role.RERANK).role is Role.RERANK


def test_a_chat_model_without_a_template_is_refused_until_one_is_picked(registry: Registry, make_gguf: Make) -> None:
    path = make_gguf()
    with pytest.raises(TemplateUnclear) as refused:
        registry.bring(path, Role.CHAT)
    assert "chatml" in refused.value.hint
    assert registry.list() == ()
    entry = registry.bring(path, Role.CHAT, template="chatml").entry
    assert templates.picked(registry.path(entry).parent)
    assert not registry.lacks_template(entry)
    assert not registry.bring(path, Role.CHAT).new  # what was picked once is known


def test_an_unknown_template_is_refused_and_a_known_one_makes_a_chat_model(registry: Registry, make_gguf: Make) -> None:
    entry = registry.import_file(make_gguf(), Role.EMBEDDING)
    assert registry.lacks_template(entry)
    with pytest.raises(TemplateUnclear):
        registry.set_role(entry.id, Role.CHAT)
    with pytest.raises(ValueError, match="nonsense"):
        registry.set_role(entry.id, Role.CHAT, "nonsense")
    assert registry.get(entry.id).role is Role.EMBEDDING
    assert registry.set_role(entry.id, Role.CHAT, "llama3").role is Role.CHAT


def test_a_picked_template_outlives_the_mending_of_a_damaged_copy(registry: Registry, make_gguf: Make) -> None:
    path = make_gguf()
    entry = registry.bring(path, Role.CHAT, template="plain").entry
    registry.path(entry).write_bytes(b"x" * entry.size)
    assert registry.bring(path, Role.CHAT, template="plain").new
    assert templates.picked(registry.path(entry).parent)


def test_the_hash_is_the_one_of_the_whole_file_and_progress_ends_full(registry: Registry, make_gguf: Make) -> None:
    seen: list[tuple[int, int, str]] = []
    path = make_gguf(template="x")
    entry = registry.import_file(path, job=JobContext(lambda *told: seen.append(told)))
    assert seen[-1] == (path.stat().st_size, path.stat().st_size, "tiny.gguf")
    assert registry.verify(entry.id) == entry


def test_importing_the_same_file_again_changes_nothing(registry: Registry, make_gguf: Make) -> None:
    path = make_gguf(template="x")
    first = registry.import_file(path)
    registry.import_file(path)
    assert registry.list() == (first,)
    assert registry.roles()[Role.CHAT] == (first.id,)


def test_a_later_model_waits_until_promoted_and_the_one_before_comes_back(registry: Registry, make_gguf: Make) -> None:
    old = registry.import_file(make_gguf("old.gguf", template="x", title="Old"))
    new = registry.import_file(make_gguf("new.gguf", template="x", title="New"))
    assert registry.require(Role.CHAT) == old
    registry.promote("New")
    assert registry.require(Role.CHAT) == new
    registry.rollback(Role.CHAT)
    assert registry.require(Role.CHAT) == old


def test_without_a_model_before_there_is_no_way_back(registry: Registry, make_gguf: Make) -> None:
    registry.import_file(make_gguf(template="x"))
    with pytest.raises(ModelMissing):
        registry.rollback(Role.CHAT)


def test_a_model_given_another_role_leaves_the_first(registry: Registry, make_gguf: Make) -> None:
    entry = registry.import_file(make_gguf(template="x"))
    registry.set_role(entry.id, Role.RERANK)
    assert registry.active(Role.CHAT) is None
    active = registry.active(Role.RERANK)
    assert active is not None
    assert (active.id, active.role) == (entry.id, Role.RERANK)


def test_a_removed_model_is_gone_with_its_file_and_role(registry: Registry, make_gguf: Make) -> None:
    entry = registry.import_file(make_gguf(template="x"))
    registry.remove(entry.id)
    assert registry.list() == ()
    assert registry.active(Role.CHAT) is None
    assert not registry.path(entry).exists()


def test_a_shortened_file_is_damaged(registry: Registry, make_gguf: Make) -> None:
    entry = registry.import_file(make_gguf(template="x"))
    with registry.path(entry).open("r+b") as stream:
        stream.truncate(entry.size - 1)
    with pytest.raises(ModelDamaged) as damaged:
        registry.require(Role.CHAT)
    assert "import" in damaged.value.hint


def test_a_changed_byte_is_noticed_when_the_time_changed(registry: Registry, make_gguf: Make) -> None:
    entry = registry.import_file(make_gguf(template="x"))
    path = registry.path(entry)
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)
    os.utime(path, ns=(entry.mtime_ns + 1, entry.mtime_ns + 1))
    with pytest.raises(ModelDamaged):
        registry.require(Role.CHAT)


def test_a_file_merely_touched_still_works_and_is_not_read_again(registry: Registry, make_gguf: Make) -> None:
    entry = registry.import_file(make_gguf(template="x"))
    os.utime(registry.path(entry), ns=(5, entry.mtime_ns + 5))
    registry.require(Role.CHAT)
    active = registry.active(Role.CHAT)
    assert active is not None
    assert active.mtime_ns == entry.mtime_ns + 5


def test_a_truncated_or_foreign_file_is_refused_and_nothing_is_left(
    registry: Registry, make_gguf: Make, tmp_path: Path
) -> None:
    short = tmp_path / "short.gguf"
    short.write_bytes(make_gguf().read_bytes()[:-1])
    for path in (short, tmp_path / "absent.gguf"):
        with pytest.raises(ModelDamaged):
            registry.import_file(path, Role.CHAT)
    assert not registry.models_dir.exists()


def test_a_cancelled_import_leaves_nothing(registry: Registry, make_gguf: Make) -> None:
    job = JobContext()
    job.cancel()
    with pytest.raises(Cancelled):
        registry.import_file(make_gguf(template="x"), job=job)
    assert list(registry.models_dir.iterdir()) == []


def test_a_full_disk_is_said_and_no_half_file_stays(
    registry: Registry, make_gguf: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module.os, "fsync", full)
    with pytest.raises(DiskFull):
        registry.import_file(make_gguf(template="x"))
    assert list(registry.models_dir.iterdir()) == []


@pytest.mark.parametrize("file", ["../../outside.gguf", "/etc/passwd", ""])
def test_an_entry_that_points_outside_of_its_folder_is_passed_over(
    registry: Registry, make_gguf: Make, file: str
) -> None:
    entry = registry.import_file(make_gguf(template="x"))
    note = registry.models_dir / entry.id / "model.json"
    values: dict[str, Any] = json.loads(note.read_text(encoding="utf-8"))
    note.write_text(json.dumps({**values, "file": file}), encoding="utf-8")
    assert registry.active(Role.CHAT) is None


@pytest.mark.parametrize("text", ["", "[]", "{", '{"chat": 5}', '{"chat": [1, {}]}'])
def test_unreadable_notes_count_as_no_models(registry: Registry, text: str) -> None:
    registry.models_dir.mkdir(parents=True)
    (registry.models_dir / "roles.json").write_text(text, encoding="utf-8")
    assert registry.active(Role.CHAT) is None
