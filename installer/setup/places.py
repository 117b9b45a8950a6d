"""Where the set-up puts things."""

import os
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
LOCKS = CHECKOUT / "installer" / "locks"
VENV = CHECKOUT / ".venv"


def cache() -> Path:
    """Built wheels and downloads, kept for the next run: ``INKSTONE_CACHE`` or the platform's cache."""
    named = os.environ.get("INKSTONE_CACHE")
    if named:
        return Path(named).expanduser()
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", str(home / "AppData" / "Local"))) / "Inkstone" / "cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "Inkstone"
    return Path(os.environ.get("XDG_CACHE_HOME", str(home / ".cache"))) / "inkstone"


def logs() -> Path:
    """What the set-up's programs said."""
    return cache() / "logs"


def python() -> Path:
    """The interpreter of the environment."""
    return VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
