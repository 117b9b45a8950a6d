"""Settings: declared once, written whole, never a reason not to start."""

import json
from dataclasses import fields

import pytest

from workbench import settings
from workbench.errors import SettingsError
from workbench.i18n import LANGUAGES, catalogue
from workbench.settings import FILE_NAME, Settings, SettingsKeeper, declarations, load, read, save


def test_a_fresh_library_has_the_defaults(tmp_path):
    assert read(tmp_path) == (Settings(), None)


def test_what_was_saved_is_read_back(tmp_path):
    chosen = Settings(theme="dark", threads=3, auto_lock_minutes=0)
    save(tmp_path, chosen)
    assert load(tmp_path) == chosen


def test_an_unreadable_file_is_kept_and_told_and_defaults_are_used(tmp_path):
    (tmp_path / FILE_NAME).write_bytes(b'{"version": 1, "theme": "da')
    found, trouble = read(tmp_path)
    assert found == Settings()
    assert isinstance(trouble, SettingsError)
    assert (tmp_path / f"{FILE_NAME}.unreadable").read_bytes() == b'{"version": 1, "theme": "da'


@pytest.mark.parametrize("content", [b"[]", b"null", b"{}", b'{"version": "one"}', b"\xff\xfe\x00", b'{"version": 0}'])
def test_any_strange_file_gives_defaults(tmp_path, content):
    (tmp_path / FILE_NAME).write_bytes(content)
    found, trouble = read(tmp_path)
    assert found == Settings()
    assert trouble is not None


def test_one_impossible_value_costs_only_itself(tmp_path):
    (tmp_path / FILE_NAME).write_text(json.dumps({"version": 1, "theme": "dark", "threads": 9999}), encoding="utf-8")
    found, trouble = read(tmp_path)
    assert found == Settings(theme="dark")
    assert trouble is not None


def test_a_newer_file_is_read_as_far_as_it_is_known(tmp_path):
    (tmp_path / FILE_NAME).write_text(json.dumps({"version": 7, "theme": "light", "new": 1}), encoding="utf-8")
    assert read(tmp_path) == (Settings(theme="light"), None)


def test_an_older_file_goes_through_each_step(tmp_path, monkeypatch):
    monkeypatch.setattr(settings, "VERSION", 3)
    steps = {1: lambda v: {"look": v["dark"]}, 2: lambda v: {"theme": "dark" if v["look"] else "light"}}
    monkeypatch.setattr(settings, "_STEPS", steps)
    (tmp_path / FILE_NAME).write_text(json.dumps({"version": 1, "dark": True}), encoding="utf-8")
    assert read(tmp_path) == (Settings(theme="dark"), None)


@pytest.mark.parametrize(
    ("name", "value"),
    [("theme", "pink"), ("threads", -1), ("threads", True), ("threads", "2"), ("evidence_budget", 10**9)],
)
def test_an_impossible_value_is_refused(name, value):
    with pytest.raises(SettingsError):
        Settings(**{name: value})


def test_a_failed_write_leaves_the_old_file_whole(tmp_path, monkeypatch):
    save(tmp_path, Settings(theme="dark"))

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(settings.os, "fsync", full)
    with pytest.raises(SettingsError):
        save(tmp_path, Settings(theme="light"))
    assert load(tmp_path).theme == "dark"


def test_a_change_is_saved_and_told_once(tmp_path):
    keeper, heard = SettingsKeeper(tmp_path), []
    stop = keeper.watch(heard.append)
    keeper.change(theme="dark")
    keeper.change(theme="dark")
    stop()
    keeper.change(theme="light")
    assert [s.theme for s in heard] == ["dark"]
    assert load(tmp_path).theme == "light"


def test_every_shown_setting_has_words_in_both_languages():
    for name, declaration in declarations().items():
        if not declaration.group:
            continue
        keys = [f"settings.{name}", f"settings.{name}_help", f"settings.group.{declaration.group}"]
        keys += [f"settings.{name}.{choice}" for choice in declaration.choices]
        keys += [f"settings.unit.{declaration.unit}"] if declaration.unit else []
        for language in LANGUAGES:
            assert [k for k in keys if k not in catalogue(language)] == []


def test_every_default_is_possible_and_no_field_is_free_text_for_names():
    assert Settings() == Settings()
    assert {f.name for f in fields(Settings)} & {"user", "passphrase", "password", "name"} == set()
