"""The services of an open library, wired as the program wires them."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from workbench import app
from workbench.inference.prefix_store import PrefixStore
from workbench.jobs import JobContext
from workbench.settings import SettingsKeeper
from workbench.vault import LibraryKey

_KEY = LibraryKey(bytes(range(32)))


@pytest.fixture
def services(tmp_path: Path) -> Iterator[app.Services]:
    keeper = SettingsKeeper(tmp_path / "home")
    machine = app.open_machine(app.places(tmp_path / "home", tmp_path / "models"), keeper.now)
    opened = app.open_services(machine, _KEY, keeper)
    yield opened
    opened.close()
    machine.engine.close()


def kept(services: app.Services) -> list[Path]:
    """The prefixes on disk."""
    return list((services.machine.places.home / "prefixes").glob("*"))


def read_a_question(services: app.Services) -> None:
    """What stays behind when the chat model has read a long question."""
    store = PrefixStore(services.machine.places.home / "prefixes", _KEY.derive("prefixes"), build="b", model="m")
    store.keep(range(500), np.zeros(1000, dtype=np.uint8))
    store.settle()


def add(services: app.Services, folder: Path) -> str:
    """A case with one document; the document's id."""
    file = folder / "合同.txt"
    file.write_text("借款人以房产抵押。", encoding="utf-8")
    case = services.library.create_case("恒泰精密").id
    (result,) = services.importer.add(case, [file], JobContext())
    assert result.status == "added"
    return services.library.documents(case)[0].id


def test_what_the_model_had_read_goes_with_purged_documents_and_stays_otherwise(services, tmp_path, monkeypatch):
    document = add(services, tmp_path)
    read_a_question(services)
    services.library.delete_document(document)
    services.keep_house(JobContext())
    assert len(kept(services)) == 1
    monkeypatch.setattr("workbench.models.library.library.UNDO_DAYS", -1)
    services.keep_house(JobContext())
    assert kept(services) == []
    read_a_question(services)
    services.keep_house(JobContext())
    assert len(kept(services)) == 1


def test_what_the_model_had_read_goes_with_a_purged_case(services, tmp_path, monkeypatch):
    add(services, tmp_path)
    read_a_question(services)
    services.library.delete_case(services.library.cases()[0].id)
    monkeypatch.setattr("workbench.models.library.library.UNDO_DAYS", -1)
    services.keep_house(JobContext())
    assert kept(services) == []
