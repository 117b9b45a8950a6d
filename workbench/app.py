"""Wiring: the services are built once, here, and handed to whoever needs them."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from workbench import settings, vault
from workbench.errors import EngineError, VaultError
from workbench.i18n import set_language, system_language, tr
from workbench.inference.api import LoadState, Role
from workbench.inference.engine import LocalEngine
from workbench.inference.ocr import LocalOcr
from workbench.inference.registry import Registry
from workbench.jobs import ComputeArbiter, JobContext
from workbench.paths import default_home, default_models

if TYPE_CHECKING:
    from workbench.inference.api import Embedder, Reranker
    from workbench.models.asking import Asker
    from workbench.models.library import Importer, Library
    from workbench.models.retrieval import Retriever
    from workbench.models.writing.writer import Writer


@dataclass(frozen=True, slots=True)
class Places:
    """``home``: the library. ``models``: the machine's models, apart from any library."""

    home: Path
    models: Path


def places(home: Path | None = None, models: Path | None = None) -> Places:
    """The places given, else those of the environment, else the platform's."""
    chosen = (home or default_home()).expanduser().absolute()
    return Places(chosen, (models or default_models()).expanduser().absolute())


def choose_language(wanted: str | None, chosen: settings.Settings) -> None:
    """The language asked for, else the one set, else the system's."""
    name = wanted or (chosen.language if chosen.language != "system" else system_language())
    set_language(name)


@dataclass(frozen=True, slots=True)
class Machine:
    """What needs no library: models and the right to compute."""

    places: Places
    arbiter: ComputeArbiter
    registry: Registry
    engine: LocalEngine
    ocr: LocalOcr | None = None


def open_machine(where: Places, chosen: settings.Settings) -> Machine:
    """Models of this machine; nothing is loaded yet."""
    arbiter = ComputeArbiter()
    engine = LocalEngine(where.models, arbiter, threads=chosen.threads or None, context=chosen.context_tokens)
    return Machine(where, arbiter, engine.registry, engine, LocalOcr(arbiter, threads=chosen.threads or None))


@dataclass(frozen=True, slots=True)
class Services:
    """Everything that works on an open library."""

    machine: Machine
    settings: settings.SettingsKeeper
    library: "Library"
    importer: "Importer"
    retriever: "Retriever"
    asker: "Asker"
    writer: "Writer"

    def keep_house(self, job: JobContext) -> None:
        """Tidy the library and purge what was deleted long ago, also from what the chat model had read of it."""
        self.library.keep_house(job, lambda _gone: self.machine.engine.forget_prefixes())

    def close(self) -> None:
        """Close the library and the readers; the models stay, they are the machine's."""
        self.machine.engine.stop_keeping_prefixes()
        self.importer.close()
        self.library.close()


def open_vault(home: Path, ask: Callable[[], str] | None = None) -> tuple[vault.Vault, str | None]:
    """Unlock the library of ``home``, or make its vault; second: a new recovery code, to be shown once.

    Tried in turn: the key store, ``INKSTONE_PASSPHRASE``, ``ask``. Raises VaultError where none serves.
    """
    if vault.exists(home):
        return _unlock(home, ask), None
    passphrase = os.environ.get(vault.ENVIRONMENT_VARIABLE)
    stored = vault.key_store_available()
    if not passphrase and not stored and ask is not None:
        passphrase = ask()
    if not passphrase and not stored:
        raise VaultError(tr("app.no_key"), tr("app.no_key_hint"))
    return vault.create(home, passphrase=passphrase, use_key_store=stored)


def _unlock(home: Path, ask: Callable[[], str] | None) -> vault.Vault:
    try:
        return vault.unlock(home)
    except VaultError:
        if ask is None:
            raise
    return vault.unlock(home, passphrase=ask())


def open_services(machine: Machine, key: vault.LibraryKey, keeper: settings.SettingsKeeper) -> Services:
    """Open the library and build what works on it. Heavy libraries are imported here, not before."""
    from workbench.models.asking import Asker, Habits
    from workbench.models.library import Importer, Library
    from workbench.models.retrieval import Retriever
    from workbench.models.writing.writer import Writer

    library = Library.open(machine.places.home, key)
    # What a question has read is kept for the next one, encrypted with a key of this library.
    machine.engine.keep_prefixes(machine.places.home / "prefixes", key.derive("prefixes"))
    embedder = _embedder(machine.engine)
    retriever = Retriever(library, embedder, _reranker(machine.engine), embedder_of=machine.engine.embedder_of)
    return Services(
        machine=machine,
        settings=keeper,
        library=library,
        importer=Importer(library, embedder, machine.arbiter, ocr=machine.ocr),
        retriever=retriever,
        asker=Asker(
            library,
            retriever,
            machine.engine,
            budget=lambda: keeper.now.evidence_budget,
            habits=lambda: Habits(
                keeper.now.answer_samples, keeper.now.review_percent / 100, keeper.now.thinking_tokens
            ),
        ),
        writer=Writer(library, retriever, machine.engine),
    )


def _reranker(engine: LocalEngine) -> "Callable[[], Reranker | None]":
    """The reranking model when one is installed and loaded; a search never waits for it."""

    def ready() -> "Reranker | None":
        if engine.state().of(Role.RERANK).state is not LoadState.READY:
            return None
        try:
            return engine.reranker()
        except EngineError:
            return None

    return ready


def _embedder(engine: LocalEngine) -> "Callable[[], Embedder]":
    return engine.embedder
