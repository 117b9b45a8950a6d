"""Chat templates a user may pick for a model whose file has none; kept beside the model."""

from pathlib import Path

from workbench.paths import resources

FILE = "template.jinja"
"""The picked template beside the model's file."""


def known() -> tuple[str, ...]:
    """Names of the templates that can be picked."""
    return tuple(sorted(path.stem for path in _folder().glob("*.jinja")))


def picked(model_folder: Path) -> str:
    """The template picked for a model, or nothing."""
    try:
        return (model_folder / FILE).read_text(encoding="utf-8")
    except OSError:
        return ""


def pick(model_folder: Path, name: str | None) -> None:
    """Pick a known template for a model, or go back to the file's own with None. Raises ValueError for an unknown."""
    place = model_folder / FILE
    if name is None:
        place.unlink(missing_ok=True)
        return
    if name not in known():
        raise ValueError(name)
    part = place.with_suffix(".part")
    part.write_text((_folder() / f"{name}.jinja").read_text(encoding="utf-8"), encoding="utf-8")
    part.replace(place)


def _folder() -> Path:
    return resources() / "chat_templates"
