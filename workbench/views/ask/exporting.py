"""A talk handed on as Word."""

from collections.abc import Mapping
from pathlib import Path

from workbench.i18n import tr
from workbench.models.evidence import Claim
from workbench.views.ask import talks
from workbench.views.ask.talks import Talk, Turn


def export_talk(talk: Talk, case_name: str, names: Mapping[str, str], path: Path) -> Path:
    """Write a talk as Word, every source as a footnote. Work for a job."""
    from workbench.models.writing.export.talk import Exchange, write_talk  # noqa: PLC0415 loaded when first needed

    exchanges = [Exchange(turn.question, turn.asked, _claims(turn), _remarks(turn)) for turn in talk.turns]
    write_talk(talk.title, case_name, exchanges, names, path)
    return path


def _claims(turn: Turn) -> tuple[Claim, ...]:
    return turn.sentences or turn.evidence


def _remarks(turn: Turn) -> tuple[str, ...]:
    told = {
        "not_found": "ask.not_found",
        "needs_review": "ask.needs_review",
        "conflicting": "ask.conflicting",
        talks.STOPPED: "ask.stopped",
        talks.EVIDENCE_ONLY: "ask.no_model",
    }.get(turn.status)
    correction = tr("ask.corrected", correction=turn.correction) if turn.correction else ""
    return tuple(x for x in (turn.taken, tr(told) if told else "", turn.note, correction) if x)
