"""Figures about models in words, the same in the pane and on the command line."""

from gguf.constants import LlamaFileType

from workbench.i18n import language, tr
from workbench.inference.fit import Fit
from workbench.inference.trial import CALM, Trial

KINDS = ("follow", "cite", "json", "not_found", "nearer")
"""What a test looks at, in the order it is told."""


def about_words(entry: object) -> tuple[str, ...]:
    """What kind of model it is: architecture, weights, their form, who made it; what isn't known is left out."""
    facts: dict[str, str] = getattr(entry, "facts", None) or {}
    weights = int(getattr(entry, "parameters", 0) or 0)
    # Chinese counts in 亿, a hundred million.
    told = tr("models.weights", count=_short(weights / (1e8 if language() == "zh" else 1e9)))
    parts = (facts.get("general.architecture", ""), told if weights else "", _form(facts), getattr(entry, "origin", ""))
    return tuple(str(part) for part in parts if part)


def _short(number: float) -> str:
    return f"{number:.0f}" if number >= 100 else f"{number:.1f}"


def _form(facts: dict[str, str]) -> str:
    """How the weights are written: ``Q4_K_M``."""
    try:
        return str(LlamaFileType(int(facts["general.file_type"])).name).removeprefix("MOSTLY_")
    except (KeyError, ValueError):
        return ""


def fit_words(fit: Fit) -> str:
    """How a model suits the machine, in a line."""
    words = tr(
        f"models.fit.{fit.verdict.value}",
        needed=f"{fit.needed / (1 << 30):.1f}",
        machine=f"{(fit.machine or 0) / (1 << 30):.0f}",
        context=f"{fit.context:,}",
    )
    if fit.writing:
        key = "models.fit.pace_measured" if fit.measured else "models.fit.pace"
        words += " " + tr(key, writing=f"{fit.writing:.0f}", reading=f"{fit.reading:.0f}")
    return words


def trial_words(trial: Trial) -> str:
    """A test in a line: what was passed, how fast."""
    words = []
    for kind in KINDS:
        passed, of = trial.of_kind(kind)
        if of:
            words.append(f"{tr(f'models.trial.{kind}')} {passed}/{of}")
    if trial.writing:
        figures = {"reading": f"{trial.reading:.0f}", "writing": f"{trial.writing:.1f}"}
        words.append(tr("models.trial.figures", **figures, first=f"{trial.ms_first_token / 1000:.1f}"))
    if trial.passages:
        words.append(tr("models.trial.passages", passages=f"{trial.passages:.0f}"))
    if trial.load > CALM:
        words.append(tr("models.trial.busy"))
    return " · ".join(words)
