"""The cards of models that are here."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton

from workbench.i18n import tr
from workbench.inference.api import LoadState, Role, RoleState
from workbench.inference.telling import about_words, fit_words, trial_words
from workbench.views.models_pane.card import Card, StateLine, size_words
from workbench.views.models_pane.shelf import Held
from workbench.views.shortcuts import named
from workbench.views.theme import set_role, space

_USUAL_ANSWER = 200
"""Tokens of a usual answer: three or four sentences."""


class ModelCard(Card):
    """An imported model, or a role without one. Its signals carry the model's id or the role.

    ``rival`` is the model that works in the role while this one waits: its test stands beside this one's.
    ``stands_in``: the model computes in the rival's place, which was set aside.
    """

    verify_wanted = Signal(str)
    promote_wanted = Signal(str)
    rollback_wanted = Signal(str)
    remove_wanted = Signal(str)
    import_wanted = Signal(str)
    trial_wanted = Signal(str)
    template_wanted = Signal(str)
    role_wanted = Signal(str)
    adapter_unwanted = Signal(str, str)

    def __init__(
        self,
        role: Role,
        held: Held | None,
        state: RoleState | None = None,
        *,
        rival: Held | None = None,
        stands_in: bool = False,
    ) -> None:
        super().__init__(tr(f"models.role.{role.value}"), tr(f"models.role.{role.value}_does"))
        self.role = role
        self.holds = held.entry.id if held is not None else ""
        self.name = held.entry.name if held is not None else ""
        if held is None:
            self._be_empty(role)
            return
        if stands_in:
            self.head.addWidget(StateLine("ready", tr("models.state.stands_in")))
        else:
            self._show_state(held, state)
        if held.mute:
            self.say(tr("models.no_template"), "error")
        self._show_facts(held)
        for adapter in held.adapters:
            self._show_adapter(held.entry.id, adapter)
        self._show_worth(held, rival)
        self._offer(held)

    def tell_of_renewal(self, before: str) -> None:
        """The library's vectors are being made anew; ``before`` is the model that serves meanwhile, if it is here."""
        key = "models.renewing" if before else "models.renewing_by_words"
        self.column.insertWidget(self.column.count() - 1, StateLine("loading", tr(key, name=before), "small"))

    def _be_empty(self, role: Role) -> None:
        self.head.addWidget(StateLine("missing", tr("models.none")))
        self.say(tr(f"models.without.{role.value}"))
        run = self.import_wanted
        self.offer([self.button("import", tr("models.import_for"), lambda: run.emit(role.value))])

    def _show_state(self, held: Held, state: RoleState | None) -> None:
        if held.trouble is not None:
            self.head.addWidget(StateLine("failed", tr("models.damaged")))
            self.say(f"{held.trouble.message} {held.trouble.hint}".strip(), "error")
        elif state is not None and held.works and set_aside(held.entry.name, state):
            self.head.addWidget(StateLine("failed", tr("models.state.set_aside")))
            self.say(f"{state.message} {state.hint}".strip())
        elif state is not None and held.works:
            kind = "loading" if state.state is LoadState.MISSING else state.state.value
            words = tr("models.state.waiting") if state.state is LoadState.MISSING else tr(f"models.state.{kind}")
            self.head.addWidget(StateLine(kind, words))
            if state.tokens_per_second > 0 and held.entry.role is Role.CHAT:
                seconds = max(1, round(_USUAL_ANSWER / state.tokens_per_second))
                self.say(tr("models.pace", seconds=seconds))
            if state.message:
                # A model that works may have a note; anything else is trouble.
                tone = "small" if state.state is LoadState.READY else "error"
                self.say(f"{state.message} {state.hint}".strip(), tone)
        else:
            self.head.addWidget(StateLine("missing", tr("models.state.idle")))

    def _show_facts(self, held: Held) -> None:
        entry = held.entry
        self.say(entry.name, "")
        licence = tr("models.licence", name=entry.licence or tr("models.licence_unknown"))
        more = f"  ·  {tr('models.files', count=held.files)}" if held.files > 1 else ""
        self.say(f"{entry.file}{more}  ·  {size_words(entry.size)}  ·  {licence}")
        why = getattr(entry, "why", "")
        told = tr("models.role_by", why=tr(f"models.role_by.{why}")) if why else ""
        about = "  ·  ".join(part for part in (*about_words(entry), told) if part)
        if about:
            self.say(about).setToolTip("\n".join(f"{key}: {value}" for key, value in facts_of(entry).items()))
        row = QHBoxLayout()
        row.setSpacing(space(2))
        known = f"  ·  {tr('models.published' if held.published else 'models.unverified')}"
        digest = QLabel(f"SHA-256 {entry.sha256[:16]}…{known}")
        digest.setToolTip(entry.sha256)
        set_role(digest, "small")
        copy = QPushButton(tr("models.copy_hash"))
        set_role(copy, "link")
        named(copy, tr("models.copy_hash"), entry.name)
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(entry.sha256))
        row.addWidget(digest)
        row.addWidget(copy)
        row.addStretch(1)
        self.column.addLayout(row)

    def _show_adapter(self, model: str, name: str) -> None:
        """A LoRA adapter of the model, with what a scenario calls it."""
        line = QLabel(tr("models.adapter", name=name))
        line.setToolTip(tr("models.adapter_hint", name=name))
        line.setWordWrap(True)
        set_role(line, "small")
        remove = self.button_twice(f"adapter {name}", "models.remove", lambda: self.adapter_unwanted.emit(model, name))
        set_role(remove, "link")
        named(remove, tr("models.remove"), name)
        row = QHBoxLayout()
        row.addWidget(line, 1)
        row.addWidget(remove)
        self.column.addLayout(row)

    def _show_worth(self, held: Held, rival: Held | None) -> None:
        """How it suits the machine and what it showed, beside the model that works now."""
        if held.fit is not None:
            self.column.addWidget(StateLine(held.fit.verdict.value, fit_words(held.fit), "small"))
        for one in (held, rival):
            if one is None or (one.trial is None and not one.evaluation):
                continue
            told = tr("models.tested", what=trial_words(one.trial)) if one.trial is not None else ""
            shown = "  ·  ".join(part for part in (told, one.evaluation) if part)
            line = self.say(shown if one is held else tr("models.rival", name=one.entry.name, told=shown))
            if one.trial is not None:
                line.setToolTip(_marks_words(one))

    def _offer(self, held: Held) -> None:
        entry = held.entry
        buttons = []
        if held.trouble is not None:
            run = self.import_wanted
            buttons.append(self.button("import", tr("models.import_again"), lambda: run.emit(entry.role.value)))
        elif not held.works:
            use = self.button("promote", tr("models.promote"), lambda: self.promote_wanted.emit(entry.id), "primary")
            buttons.append(use)
        if held.mute or held.picked:
            pick = self.button("template", tr("models.pick_template"), lambda: self.template_wanted.emit(entry.id))
            buttons.append(pick)
        if held.previous:
            back = self.button("rollback", tr("models.rollback"), lambda: self.rollback_wanted.emit(entry.role.value))
            back.setToolTip(tr("models.rollback_to", name=held.previous))
            buttons.append(back)
        if held.trouble is None and held.fit is not None:
            buttons.append(self.button("trial", tr("models.try"), lambda: self.trial_wanted.emit(entry.id)))
        buttons.append(self.button("verify", tr("models.verify"), lambda: self.verify_wanted.emit(entry.id)))
        buttons.append(self.button("role", tr("models.change_role"), lambda: self.role_wanted.emit(entry.id), "flat"))
        buttons.append(self.button_twice("remove", "models.remove", lambda: self.remove_wanted.emit(entry.id)))
        self.offer(buttons)


def set_aside(name: str, state: RoleState) -> bool:
    """Whether the model of this name should work, and another one does in its place."""
    return state.state is LoadState.READY and bool(state.message) and state.name != name


def stands_in(name: str, state: RoleState) -> bool:
    """Whether the model of this name works in the place of one that was set aside."""
    return state.state is LoadState.READY and bool(state.message) and state.name == name


def facts_of(entry: object) -> dict[str, str]:
    """What the file says of itself, by its own keys."""
    facts: dict[str, str] = getattr(entry, "facts", None) or {}
    return facts


def _marks_words(held: Held) -> str:
    """Every task of the last test, a line each."""
    marks = held.trial.marks if held.trial is not None else ()
    lines = []
    for mark in marks:
        why = f"  {tr(f'models.why.{mark.why}')}" if mark.why else ""
        lines.append(f"{'✓' if mark.passed else '✗'} {tr(f'models.trial.{mark.kind}')}{why}: {mark.answer[:60]}")
    return "\n".join(lines)
