"""Loads lancedb without the client of its cloud service.

lancedb imports, for names in its annotations, the data models of an HTTP client: 1.7 of 2.8 seconds of
its loading and 20 MB, and a network library that has no business in this process. They are stood in for
by empty classes that keep what they are given. Once a package of this name is loaded, nothing is done.
"""

import importlib
import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_CLIENT = "lance_namespace_urllib3_client"


class _Plain:
    """Keeps what it is given."""

    def __init__(self, **values: object) -> None:
        self.__dict__.update(values)


class _StandIn(MetaPathFinder, Loader):
    """Finds the client and everything in it; each name asked for is a class of its own."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:  # noqa: ARG002
        """The stand-in for the client's modules, nothing else."""
        return ModuleSpec(name, self, is_package=True) if name.partition(".")[0] == _CLIENT else None

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:  # noqa: ARG002
        """The usual empty module."""
        return None

    def exec_module(self, module: ModuleType) -> None:
        """Let the module make its classes when asked."""

        def made(name: str) -> type:
            if name.startswith("__"):
                raise AttributeError(name)
            new = type(name, (_Plain,), {})
            setattr(module, name, new)
            return new

        module.__dict__["__getattr__"] = made


def load() -> Any:
    """The lancedb package."""
    if _CLIENT not in sys.modules and "lancedb" not in sys.modules:
        sys.meta_path.insert(0, _StandIn())
    return importlib.import_module("lancedb")
