"""Where things lie: resources, the library, the machine's models, logs and caches."""

import os
import sys
from pathlib import Path

import platformdirs

_APP = "Inkstone"


def resources() -> Path:
    """The folder of prompts, rules, scenarios, templates, samples and words."""
    bundled = getattr(sys, "_MEIPASS", None)
    if bundled:
        return Path(bundled) / "resources"
    packaged = Path(__file__).parent / "_resources"
    return packaged if packaged.is_dir() else Path(__file__).parent.parent / "resources"


def default_home() -> Path:
    """The library: ``INKSTONE_HOME``, else ``library`` in the platform's data folder."""
    named = os.environ.get("INKSTONE_HOME")
    return Path(named).expanduser() if named else Path(platformdirs.user_data_dir(_APP, False)) / "library"


def default_models() -> Path:
    """The machine's models: ``INKSTONE_MODELS``, else ``models`` in the platform's data folder."""
    named = os.environ.get("INKSTONE_MODELS")
    return Path(named).expanduser() if named else Path(platformdirs.user_data_dir(_APP, False)) / "models"


def default_test_models() -> Path:
    """Models only tests use, apart from the machine's: ``INKSTONE_TEST_MODELS``, else ``test-models`` beside them."""
    named = os.environ.get("INKSTONE_TEST_MODELS")
    return Path(named).expanduser() if named else default_models().with_name("test-models")


def default_logs() -> Path:
    """Logs of the program; they hold no words of documents, no names of files and no figures."""
    return Path(platformdirs.user_log_dir(_APP, False))
