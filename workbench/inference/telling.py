"""Figures about models in words, the same in the pane and on the command line."""

from workbench.i18n import tr
from workbench.inference.fit import Fit
from workbench.inference.trial import CALM, Trial

KINDS = ("follow", "cite", "json", "not_found", "nearer")
"""What a test looks at, in the order it is told."""


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
