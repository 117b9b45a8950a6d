"""What a model has shown: trials and evaluations, kept in ``results.json`` beside the model."""

from pathlib import Path
from typing import Any, Literal

from workbench.inference.model_entry import read_json, write_json

Kind = Literal["trials", "evaluations"]
_MOST = 20


def results(folder: Path, kind: Kind) -> tuple[dict[str, Any], ...]:
    """Results of a kind, the newest last."""
    kept = read_json(folder / "results.json").get(kind, ())
    return tuple(r for r in kept if isinstance(r, dict)) if isinstance(kept, list) else ()


def add_result(folder: Path, kind: Kind, result: dict[str, Any]) -> None:
    """Keep a result; the oldest of more than twenty goes."""
    path = folder / "results.json"
    values = read_json(path)
    values[kind] = [*results(folder, kind), result][-_MOST:]
    write_json(path, values)
