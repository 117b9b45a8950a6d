import json

import keyring
import keyring.errors
import pytest
from keyring.backend import KeyringBackend

from workbench import vault
from workbench.errors import VaultError, WrongKey
from workbench.vault import Cost, LibraryKey

CHEAP = Cost(passes=1, memory_kib=64, lanes=1)


class MemoryStore(KeyringBackend):
    priority = 5

    def __init__(self, *, refusing=False):
        self.kept = {}
        self.refusing = refusing

    def get_password(self, service, username):
        if self.refusing:
            raise keyring.errors.KeyringLocked("locked")
        return self.kept.get((service, username))

    def set_password(self, service, username, password):
        self.kept[service, username] = password

    def delete_password(self, service, username):
        del self.kept[service, username]


@pytest.fixture(autouse=True)
def no_environment(monkeypatch):
    monkeypatch.delenv("INKSTONE_PASSPHRASE", raising=False)


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def made(home):
    """A vault under the passphrase 砚台, its recovery code, and the derived key to compare by."""
    opened, code = vault.create(home, passphrase="砚台", cost=CHEAP)
    return opened, code, opened.key.derive("x")


@pytest.fixture
def key_store():
    before, store = keyring.get_keyring(), MemoryStore()
    keyring.set_keyring(store)
    yield store
    keyring.set_keyring(before)


def test_the_passphrase_opens_what_it_made(home, made):
    assert vault.exists(home)
    assert vault.unlock(home, passphrase="砚台").key.derive("x") == made[2]


def test_the_default_cost_is_that_of_the_recommendation(home):
    vault.create(home, passphrase="p")
    slots = json.loads((home / "vault.json").read_text())["slots"]
    assert {(s["derivation"]["passes"], s["derivation"]["memory_kib"]) for s in slots} == {(3, 65536)}


def test_two_libraries_have_two_keys(tmp_path, made):
    other, _ = vault.create(tmp_path / "other", passphrase="砚台", cost=CHEAP)
    assert other.key.derive("x") != made[2]


def test_keys_differ_by_purpose_and_have_the_length_asked():
    key = LibraryKey(b"k" * 32)
    assert key.derive("database") == LibraryKey(b"k" * 32).derive("database")
    assert key.derive("database") != key.derive("terms")
    assert len(key.derive("x", 48)) == 48
    assert "kkkk" not in repr(key)
    with pytest.raises(ValueError, match="32"):
        LibraryKey(b"short")


def test_full_width_typing_is_the_same_passphrase(home):
    opened, _ = vault.create(home, passphrase="Ａｂｃ１２３", cost=CHEAP)
    assert vault.unlock(home, passphrase="Abc123").key.derive("x") == opened.key.derive("x")


def test_a_wrong_passphrase_is_refused_with_a_way_on(home, made):
    with pytest.raises(WrongKey) as told:
        vault.unlock(home, passphrase="墨")
    assert "恢复码" in told.value.hint


@pytest.mark.parametrize(
    "typed", ["as given", "lower case", "without groups", "with blanks", "look-alikes", "full width"]
)
def test_a_forgotten_passphrase_is_not_the_end(home, made, typed):
    _, code, key = made
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    forms = {
        "as given": code,
        "lower case": code.lower(),
        "without groups": code.replace("-", ""),
        "with blanks": f" {code.replace('-', ' ')} ",
        "look-alikes": code.replace("0", "O").replace("1", "l"),
        "full width": wide,
    }
    opened = vault.unlock(home, recovery_code=forms[typed])
    assert opened.key.derive("x") == key
    opened.set_passphrase("新口令")
    assert vault.unlock(home, passphrase="新口令").key.derive("x") == key


def test_a_recovery_code_is_easy_to_copy_and_hard_to_guess(made):
    groups = made[1].split("-")
    assert [len(g) for g in groups] == [5] * 5
    assert not set("".join(groups)) & set("ILOU")


def test_a_wrong_recovery_code_is_refused(home, made):
    for wrong in ("", "ABCDE-ABCDE-ABCDE-ABCDE-ABCDE", "口令"):
        with pytest.raises(WrongKey):
            vault.unlock(home, recovery_code=wrong)


def test_a_changed_passphrase_opens_and_the_old_one_does_not_even_from_the_copy(home, made):
    made[0].set_passphrase("新")
    (home / "vault.json").write_bytes((home / "vault.json.bak").read_bytes())
    assert vault.unlock(home, passphrase="新").key.derive("x") == made[2]
    with pytest.raises(WrongKey):
        vault.unlock(home, passphrase="砚台")


def test_a_renewed_recovery_code_replaces_the_old_one(home, made):
    opened, old, key = made
    new = opened.renew_recovery_code()
    assert vault.unlock(home, recovery_code=new).key.derive("x") == key
    with pytest.raises(WrongKey):
        vault.unlock(home, recovery_code=old)


def test_the_environment_makes_and_opens_a_passphrase_slot(home, monkeypatch):
    monkeypatch.setenv("INKSTONE_PASSPHRASE", "自动")
    opened, _ = vault.create(home, passphrase=None, cost=CHEAP)
    assert vault.unlock(home).key.derive("x") == opened.key.derive("x")
    monkeypatch.setenv("INKSTONE_PASSPHRASE", "错")
    with pytest.raises(WrongKey):
        vault.unlock(home)


def test_without_anything_given_it_says_what_is_wanted(home, made):
    with pytest.raises(VaultError) as told:
        vault.unlock(home)
    assert "INKSTONE_PASSPHRASE" in told.value.hint


@pytest.mark.parametrize("passphrase", [None, ""])
def test_a_vault_nobody_could_open_is_not_made(home, passphrase):
    with pytest.raises(VaultError):
        vault.create(home, passphrase=passphrase, cost=CHEAP)
    assert not vault.exists(home)


def test_a_vault_is_never_made_over_another(home, made):
    with pytest.raises(VaultError):
        vault.create(home, passphrase="x", cost=CHEAP)
    assert vault.unlock(home, passphrase="砚台").key.derive("x") == made[2]


def test_a_library_whose_vault_is_gone_gets_no_key_that_would_not_open_it(home):
    home.mkdir(parents=True, exist_ok=True)
    (home / "library.db").write_bytes(b"kept")
    with pytest.raises(VaultError) as told:
        vault.create(home, passphrase="x", cost=CHEAP)
    assert str(home) in told.value.hint
    assert [path.name for path in home.iterdir()] == ["library.db"]


def test_no_vault_is_told_with_the_place(home):
    with pytest.raises(VaultError) as told:
        vault.unlock(home, passphrase="x")
    assert str(home) in told.value.hint


@pytest.mark.parametrize(
    "content",
    ["", "{", "[]", "{}", '{"format": "inkstone-vault", "version": 1, "library": "a", "slots": []}', None, "nested"],
)
def test_a_damaged_vault_says_where_its_copy_is(home, made, content):
    path = home / "vault.json"
    if content is None:
        path.unlink()
    elif content == "nested":
        damaged = json.loads(path.read_text())
        damaged["slots"][1]["derivation"]["passes"] = 10**9
        path.write_text(json.dumps(damaged))
    else:
        path.write_text(content)
    with pytest.raises(VaultError) as told:
        vault.unlock(home, passphrase="砚台")
    assert "vault.json.bak" in told.value.hint
    path.write_bytes((home / "vault.json.bak").read_bytes())
    assert vault.unlock(home, passphrase="砚台").key.derive("x") == made[2]


def test_a_slot_whose_words_about_itself_were_changed_opens_nothing(home, made):
    path = home / "vault.json"
    changed = json.loads(path.read_text())
    changed["slots"][1]["created"] = "1999-01-01"
    path.write_text(json.dumps(changed))
    with pytest.raises(WrongKey):
        vault.unlock(home, passphrase="砚台")


def test_a_newer_vault_is_left_alone(home, made):
    path = home / "vault.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), "version": 2}))
    with pytest.raises(VaultError) as told:
        vault.unlock(home, passphrase="砚台")
    assert "版本" in told.value.message


def test_a_full_disk_leaves_the_old_slots_working(home, made, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(vault.os, "fsync", full)
        with pytest.raises(VaultError):
            made[0].set_passphrase("新")
    assert not list(home.glob("*.part"))
    assert vault.unlock(home, passphrase="砚台").key.derive("x") == made[2]


def test_the_key_store_opens_without_a_word(home, key_store):
    opened, _ = vault.create(home, passphrase=None, use_key_store=True, cost=CHEAP)
    assert vault.key_store_available()
    assert vault.unlock(home).key.derive("x") == opened.key.derive("x")
    assert opened.slots == ("recovery", "key_store")


def test_when_the_key_store_lost_the_key_the_passphrase_still_opens(home, key_store, monkeypatch):
    opened, _ = vault.create(home, passphrase="砚台", use_key_store=True, cost=CHEAP)
    key_store.kept.clear()
    with pytest.raises(VaultError):
        vault.unlock(home)
    monkeypatch.setenv("INKSTONE_PASSPHRASE", "砚台")
    assert vault.unlock(home).key.derive("x") == opened.key.derive("x")


def test_a_key_store_that_refuses_is_told(home, key_store):
    vault.create(home, passphrase=None, use_key_store=True, cost=CHEAP)
    key_store.refusing = True
    with pytest.raises(VaultError) as told:
        vault.unlock(home)
    assert told.value.hint


def test_the_key_store_slot_can_be_added_and_removed_but_not_the_last_one(home, made, key_store):
    opened = made[0]
    opened.add_key_store()
    assert vault.unlock(home).key.derive("x") == made[2]
    opened.remove_key_store()
    assert key_store.kept == {}
    with pytest.raises(VaultError):
        vault.unlock(home)


def test_a_machine_without_key_store_says_so(home, made):
    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())
    try:
        assert not vault.key_store_available()
        with pytest.raises(VaultError):
            made[0].add_key_store()
    finally:
        keyring.set_keyring(before)


def test_neither_key_nor_passphrase_is_in_the_file(home, made):
    for path in home.iterdir():
        content = path.read_bytes()
        assert made[1].encode() not in content
        assert "砚台".encode() not in content
        assert path.stat().st_mode & 0o077 == 0
