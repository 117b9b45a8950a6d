"""A model that worked before, kept at hand as long as something made with it is still in use."""

import threading

from workbench.errors import LoadFailed, ModelMissing
from workbench.i18n import tr
from workbench.inference.api import Role
from workbench.inference.host import ModelHost
from workbench.inference.registry import Registry


class EarlierModel:
    """An embedding model that worked before: for questions about vectors that are still its own."""

    def __init__(self, registry: Registry, *, threads: int) -> None:
        self._registry = registry
        self._threads = threads
        self._lock = threading.Lock()
        self._host: ModelHost | None = None
        self._sha256 = ""
        self._closed = False

    def host(self, sha256: str) -> ModelHost:
        """The model of this hash, loaded. Raises ModelMissing when it is no more here, else as ``worker``."""
        with self._lock:
            if self._closed:
                raise LoadFailed(tr("inference.closed"))
            if self._host is None or self._sha256 != sha256:
                entry = next((e for e in self._registry.list() if e.sha256 == sha256), None)
                if entry is None or entry.role is not Role.EMBEDDING:
                    raise ModelMissing(tr("inference.missing.embedding"), tr("inference.missing.hint"))
                self._end()
                options = {"threads": self._threads, "context": 0, "batch": 0}
                self._host = ModelHost(self._registry, Role.EMBEDDING, model=entry.id, **options)
                self._sha256 = sha256
            host = self._host
            host.worker()
        return host

    def rest(self) -> None:
        """Its vectors serve no more: give its memory back."""
        if self._host is not None:
            with self._lock:
                self._end()

    def close(self) -> None:
        """Stop it for good."""
        host = self._host
        if host is not None:
            host.close()
        with self._lock:
            self._closed = True
            self._end()

    def _end(self) -> None:
        host, self._host = self._host, None
        if host is not None:
            host.close()
