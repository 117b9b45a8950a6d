"""``demo``: the main job on the bundled case, from dropping the files to Word and Excel."""

import argparse
import json
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbench import app, settings, vault
from workbench.cli.output import DONE, REFUSED, line, progress_job, show_json
from workbench.cli.session import Session
from workbench.errors import EngineError
from workbench.i18n import language, tr
from workbench.inference.api import Role
from workbench.jobs import JobContext
from workbench.paths import resources

if TYPE_CHECKING:
    from workbench.models.asking import Answer

QUESTIONS = resources() / "samples" / "questions.json"


def declare(commands: Any, shared: argparse.ArgumentParser) -> None:
    """The command of this room."""
    demo = commands.add_parser("demo", parents=[shared], help=tr("cli.help.demo"))
    demo.add_argument("--out", type=Path, metavar="DIR", help=tr("cli.help.demo_out"))
    demo.set_defaults(run=_demo)


class _Steps:
    """Says each step as it is done, and keeps its time."""

    def __init__(self, *, say: bool) -> None:
        self._say = say
        self.times: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        begun = time.monotonic()
        yield
        self.times[name] = round(time.monotonic() - begun, 1)
        self.tell(f"✓ {tr('demo.' + name)}  {self.times[name]} s")

    def tell(self, text: str) -> None:
        if self._say:
            line(text)


def _throwaway(session: Session, home: Path) -> app.Services:
    """A library of its own, so that a demonstration never touches the user's."""
    opened, _ = vault.create(home, passphrase=secrets.token_urlsafe(16))
    machine = session.machine()
    own = replace(machine, places=replace(machine.places, home=home))
    return app.open_services(own, opened.key, settings.SettingsKeeper(home))


def _demo(session: Session) -> int:
    out = (session.options.out or Path.cwd() / "inkstone-demo").absolute()
    out.mkdir(parents=True, exist_ok=True)
    steps = _Steps(say=not session.json)
    with tempfile.TemporaryDirectory(prefix="inkstone-demo-") as folder:
        services = _throwaway(session, Path(folder) / "library")
        try:
            refused, answers = _import_and_ask(session, services, steps)
            files = _draft(session, services, steps, out)
        finally:
            services.close()
    (out / "answers.json").write_text(json.dumps(answers, ensure_ascii=False, indent=1), encoding="utf-8")
    files.append(out / "answers.json")
    if session.json:
        show_json({"files": [str(f) for f in files], "seconds": steps.times, "answers": answers})
    for path in files:
        steps.tell(f"→ {path}")
    return REFUSED if refused else DONE


def _import_and_ask(session: Session, services: app.Services, steps: _Steps) -> tuple[bool, list[dict[str, Any]]]:
    case = services.library.create_case(tr("demo.case")).id
    quiet = progress_job(quiet=session.quiet)
    with steps.step("words"):
        results = list(services.importer.add(case, [resources() / "samples" / "credit_case"], quiet))
    for result in results:
        steps.tell(f"    {result.status:9} {Path(result.path).name}  {result.chunks}")
    with steps.step("vectors"):
        _embed(session, services, case, steps)
    answers = []
    for number, wordings in enumerate(json.loads(QUESTIONS.read_text(encoding="utf-8")), 1):
        # The material is Chinese, so the question is; who reads English is told what it means.
        question = wordings["zh"]
        with steps.step(f"ask{number}"):
            answer = services.asker.ask(case, question, JobContext())
        _tell_answer(steps, question if language() == "zh" else f"{question} ({wordings[language()]})", answer)
        answers.append({"question": question, **answer.to_json()})
    return any(r.status == "rejected" for r in results), answers


def _embed(session: Session, services: app.Services, case: str, steps: _Steps) -> None:
    """Vectors, where there is a model for them; words alone are enough to go on."""
    if services.machine.registry.active(Role.EMBEDDING) is None:
        steps.tell(f"! {tr('doctor.import_model')}")
        return
    try:
        services.importer.embed_pending(progress_job(quiet=session.quiet), case)
    except EngineError as error:
        steps.tell(f"! {error.message}")


def _tell_answer(steps: _Steps, question: str, answer: "Answer") -> None:
    steps.tell(f"  ? {question}")
    for claim in answer.sentences:
        steps.tell(f"    {claim.status.mark} {claim.text}")
        for citation in claim.citations[:1]:
            steps.tell(f"      「{citation.quote}」")


def _draft(session: Session, services: app.Services, steps: _Steps, out: Path) -> list[Path]:
    from workbench.models.scenarios import load_scenario
    from workbench.models.writing.export.word import write_word
    from workbench.models.writing.export.workbook import write_workbook

    case = services.library.cases()[0].id
    with steps.step("draft"):
        report = services.writer.draft(case, load_scenario("credit_report"), progress_job(quiet=session.quiet))
    word, book, proof = out / "credit_report.docx", out / "credit_report.xlsx", out / "credit_report.evidence.json"
    with steps.step("export"):
        write_word(report, word)
        write_workbook(report, book)
    return [word, book, proof]
