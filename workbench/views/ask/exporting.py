"""A talk handed on as Word."""

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QObject

from workbench.i18n import tr
from workbench.models.evidence import Claim
from workbench.views.ask import talks
from workbench.views.ask.talks import Talk, Turn
from workbench.views.desk import Desk
from workbench.views.job_runner import Lane

_LONGEST_NAME = 40
_NOT_IN_NAMES = '\\/:*?"<>|'


def save_talk(
    desk: Desk,
    owner: QObject,
    talk: Talk,
    case: str,
    *,
    names: Mapping[str, str],
    choose_path: Callable[[str, str, str], str],
) -> None:
    """Ask where to, and write the talk there in the background. ``names`` of documents by their ids."""
    library = desk.library
    name = "".join(letter for letter in talk.title[:_LONGEST_NAME] if letter not in _NOT_IN_NAMES)
    chosen = choose_path(tr("ask.export"), f"{name or tr('ask.talk_name')}.docx", tr("ask.word_files"))
    if not chosen or library is None:
        return
    path = Path(chosen)
    path = path if path.suffix.lower() == ".docx" else path.with_name(f"{path.name}.docx")
    desk.job_runner.start(
        Lane.IO,
        lambda _job: export_talk(talk, library.case(case).name, names, path),
        owner=owner,
        on_done=lambda written: desk.notify(tr("ask.exported", name=written.name)),
        on_error=desk.warn,
        title=tr("ask.export"),
    )


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
        "not_found": "ask.not_found" if turn.evidence else "ask.nothing_near",
        "needs_review": "ask.needs_review",
        "conflicting": "ask.conflicting",
        talks.STOPPED: "ask.stopped",
        talks.EVIDENCE_ONLY: "" if turn.note else "ask.no_model",
    }.get(turn.status)
    correction = tr("ask.corrected", correction=turn.correction) if turn.correction else ""
    return tuple(x for x in (turn.taken, tr(told) if told else "", turn.note, correction) if x)
