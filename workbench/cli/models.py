"""``models``: the registry of the machine's models; needs no library."""

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from workbench.cli.output import DONE, REFUSED, complain, line, progress_job, show_json, table
from workbench.cli.session import Session
from workbench.errors import ModelDamaged
from workbench.i18n import tr
from workbench.inference import templates
from workbench.inference.api import Role
from workbench.inference.bench import ModelBench, Offer, Side
from workbench.inference.registry import Brought, ModelEntry, Refused, Registry
from workbench.inference.telling import fit_words, trial_words
from workbench.inference.trial import Trial

_Run = Callable[[Session], int]


def declare(commands: Any, shared: argparse.ArgumentParser) -> None:
    """The commands of this room."""
    models = commands.add_parser("models", parents=[shared], help=tr("cli.help.models_command"))
    actions = models.add_subparsers(dest="action", required=True, metavar="ACTION")

    def action(name: str, run: _Run, help_key: str) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = actions.add_parser(name, parents=[shared], help=tr(help_key))
        made.set_defaults(run=run)
        return made

    roles = [role.value for role in Role]
    action("list", _list, "cli.help.models_list")
    bring = action("import", _import, "cli.help.models_import")
    bring.add_argument("file", type=Path)
    bring.add_argument("--role", choices=roles, help=tr("cli.help.models_role"))
    bring.add_argument("--template", choices=templates.known(), help=tr("models.cli.template"))
    action("fit", _fit, "models.cli.fit").add_argument("model")
    verify = action("verify", _verify, "cli.help.models_verify")
    verify.add_argument("model", nargs="?")
    role = action("role", _role, "cli.help.models_set_role")
    role.add_argument("model")
    role.add_argument("role", choices=roles)
    role.add_argument("--template", choices=templates.known(), help=tr("models.cli.template"))
    action("test", _test, "models.cli.test").add_argument("model", nargs="?")
    action("bench", _bench, "models.cli.bench").add_argument("model", nargs="?")
    compare = action("compare", _compare, "models.cli.compare")
    compare.add_argument("left")
    compare.add_argument("right")
    compare.add_argument("question")
    action("promote", _promote, "cli.help.models_promote").add_argument("model")
    action("rollback", _rollback, "cli.help.models_rollback").add_argument("role", choices=roles)
    action("history", _history, "models.cli.history").add_argument("role", choices=roles)
    action("catalogue", _catalogue, "models.cli.catalogue")


def _bench_of(session: Session) -> ModelBench:
    machine = session.machine()
    settings = session.keeper.now
    return ModelBench(machine.registry, machine.arbiter, lambda: settings.context_tokens, machine.engine)


def _list(session: Session) -> int:
    registry = session.machine().registry
    entries = registry.list()
    active = {entry.id for role in Role if (entry := registry.active(role))}
    if session.json:
        show_json([{**entry.to_json(), "active": entry.id in active} for entry in entries])
    else:
        table(("●" if e.id in active else " ", e.id, e.role.value, e.name, f"{e.size / 1e6:,.0f} MB") for e in entries)
    return DONE


def _import(session: Session) -> int:
    options = session.options
    registry, job = session.machine().registry, progress_job(quiet=session.quiet)
    outcomes: Iterable[Brought | Refused]
    if options.file.is_dir():
        outcomes = registry.bring_all(options.file, job)
    else:
        role = Role(options.role) if options.role else None
        outcomes = [registry.bring(options.file, role, job, options.template)]
    if session.json:
        found = [_outcome_json(outcome) for outcome in outcomes]
        show_json(found if options.file.is_dir() else found[0])
    else:
        for outcome in outcomes:
            _tell_outcome(outcome)
    return REFUSED if any(isinstance(outcome, Refused) for outcome in outcomes) else DONE


def _outcome_json(outcome: Brought | Refused) -> dict[str, Any]:
    if isinstance(outcome, Refused):
        return {"file": outcome.path.name, "status": "rejected", "error": outcome.error.to_json()}
    told = {**outcome.entry.to_json(), "status": "added" if outcome.new else "unchanged"}
    return {**told, "adapter": outcome.adapter} if outcome.adapter else told


def _tell_outcome(outcome: Brought | Refused) -> None:
    if isinstance(outcome, Refused):
        complain(f"✗ {outcome.path.name}  {outcome.error.message} {outcome.error.hint}")
        return
    entry = outcome.entry
    note = "" if outcome.new else f"  {tr('models.here_already')}"
    if outcome.adapter:
        note = f"  {tr('models.adapter_of', name=outcome.adapter)}{note}"
    line(f"{entry.id}  {entry.role.value}  {entry.name}{note}")


def _fit(session: Session) -> int:
    """A file before its import, or an imported model."""
    bench, named = _bench_of(session), session.options.model
    if Path(named).is_file():
        look = bench.look(Path(named))
        role = look.guess.role.value if look.guess.role else ""
        if session.json:
            told = look.fit.to_json() if look.fit else None
            show_json({"file": look.file, "name": look.name, "role": role, "licence": look.licence, "fit": told})
            return DONE
        line(f"{look.name}  {role or tr('models.role_unclear')}  {look.size / 1e6:,.0f} MB")
        if look.fit is not None:
            line(fit_words(look.fit))
        return DONE
    told_fit = bench.fit(bench.registry.get(named))
    show_json(told_fit.to_json()) if session.json else line(fit_words(told_fit))
    return DONE


def _verify(session: Session) -> int:
    registry, named = session.machine().registry, session.options.model
    entries = [registry.get(named)] if named else list(registry.list())
    damaged = False
    for entry in entries:
        try:
            registry.verify(entry.id, progress_job(quiet=session.quiet))
        except ModelDamaged as error:
            if named:
                raise
            damaged = True
            complain(f"✗ {error.message} {error.hint}")
            continue
        for part in entry.files:
            line(f"✓ {entry.name}  {part.sha256}" + (f"  {part.file}" if len(entry.files) > 1 else ""))
    return REFUSED if damaged else DONE


def _test(session: Session) -> int:
    return _try(session, only_speed=False)


def _bench(session: Session) -> int:
    return _try(session, only_speed=True)


def _try(session: Session, *, only_speed: bool) -> int:
    bench = _bench_of(session)
    named = session.options.model or _working(bench.registry)
    trial = bench.trial(named, progress_job(quiet=session.quiet), only_speed=only_speed)
    if session.json:
        show_json(trial.to_json())
        return DONE
    _tell_trial(trial)
    return DONE


def _working(registry: Registry) -> str:
    return registry.require(Role.CHAT).id


def _tell_trial(trial: Trial) -> None:
    """A test's marks and figures."""
    line(trial.name)
    for mark in trial.marks:
        why = f"  {tr(f'models.why.{mark.why}')}" if mark.why else ""
        line(f"  {'✓' if mark.passed else '✗'} {tr(f'models.trial.{mark.kind}')}  {mark.seconds:.1f} s{why}")
    line(f"  {trial_words(trial)}")


def _compare(session: Session) -> int:
    options = session.options
    pair = (options.left, options.right)
    sides = _bench_of(session).compare(pair, options.question, progress_job(quiet=session.quiet))
    if session.json:
        show_json([_side_json(side) for side in sides])
    else:
        for side in sides:
            _tell_side(side)
    return REFUSED if any(side.error for side in sides) else DONE


def _side_json(side: Side) -> dict[str, Any]:
    return {name: getattr(side, name) for name in side.__slots__}


def _tell_side(side: Side) -> None:
    if side.error:
        complain(f"✗ {side.name}  {side.error}")
        return
    figures = tr("models.side", first=f"{side.ms_first_token / 1000:.1f}", writing=f"{side.writing:.1f}")
    line(f"— {side.name}  {figures}")
    line(side.answer)


def _promote(session: Session) -> int:
    bench = _bench_of(session)
    registry = bench.registry
    entry = registry.get(session.options.model)
    before = registry.active(entry.role)
    registry.promote(entry.id, progress_job(quiet=session.quiet))
    if not session.json:
        if before is not None and before.id != entry.id:
            _tell_result(bench, before)
        _tell_result(bench, entry)
    return _list(session)


def _tell_result(bench: ModelBench, entry: ModelEntry) -> None:
    trial = bench.last_trial(entry)
    line(f"{entry.name}: {trial_words(trial) if trial else tr('models.trial.none')}")


def _role(session: Session) -> int:
    options = session.options
    session.machine().registry.set_role(options.model, Role(options.role), options.template)
    return _list(session)


def _rollback(session: Session) -> int:
    session.machine().registry.rollback(Role(session.options.role))
    return _list(session)


def _history(session: Session) -> int:
    registry = session.machine().registry
    names = {entry.id: entry.name for entry in registry.list()}
    steps = registry.history(Role(session.options.role))
    if session.json:
        show_json([{"id": s.id, "name": names.get(s.id, ""), "at": s.at, "why": s.why} for s in steps])
    else:
        table((s.at, tr(f"models.history.{s.why}"), s.id, names.get(s.id, tr("models.gone"))) for s in steps)
    return DONE


def _catalogue(session: Session) -> int:
    offers = _bench_of(session).offers()
    if session.json:
        show_json([_offer_json(offer) for offer in offers])
        return DONE
    for offer in offers:
        mark = "★" if offer.recommended else "✓" if offer.here else " "
        line(f"{mark} {offer.known.role.value:<9} {offer.known.name}  {offer.known.size / 1e9:.2f} GB")
        line(f"    {offer.known.source or offer.known.publisher}  {offer.known.licence}")
        for file, digest in zip(offer.known.files, offer.known.hashes, strict=True):
            line(f"    {file}  {digest or tr('models.unverified')}")
        line(f"    {fit_words(offer.fit)}")
    return DONE


def _offer_json(offer: Offer) -> dict[str, Any]:
    known = offer.known
    return {
        "id": known.id,
        "name": known.name,
        "role": known.role.value,
        "files": [{"file": f, "sha256": h} for f, h in zip(known.files, known.hashes, strict=True)],
        "size": known.size,
        "sha256": known.sha256,
        "licence": known.licence,
        "publisher": known.publisher,
        "source": known.source,
        "memory_gb": known.memory_gb,
        "recommended": offer.recommended,
        "here": offer.here,
        "fit": offer.fit.to_json(),
    }
