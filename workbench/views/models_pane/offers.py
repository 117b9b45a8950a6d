"""The catalogue: models that are not here, the one to bring marked, and the list to take along."""

from collections.abc import Sequence

from PySide6.QtCore import Signal

from workbench.i18n import tr
from workbench.inference.telling import fit_words
from workbench.views.models_pane.card import Card, StateLine, size_words
from workbench.views.models_pane.shelf import Known


class KnownCard(Card):
    """A model of the catalogue that is not here."""

    import_wanted = Signal(str)

    def __init__(self, known: Known) -> None:
        model = known.model
        super().__init__(model.name, tr(f"models.role.{model.role.value}"))
        self.known = known
        if known.recommended:
            self.head.addWidget(StateLine("good", tr("models.recommended")))
        self.say(
            tr(
                "models.known_line",
                file="  +  ".join(model.files),
                size=size_words(model.size),
                licence=model.licence or tr("models.licence_unknown"),
                memory=model.memory_gb,
            )
        )
        if known.fit is not None:
            self.column.addWidget(StateLine(known.fit.verdict.value, fit_words(known.fit), "small"))
        words = f"SHA-256 {model.sha256[:16]}…" if model.verified else tr("models.unverified")
        digest = self.say("  ·  ".join(part for part in (words, model.source or model.publisher) if part))
        digest.setToolTip("\n".join(model.hashes))
        run = self.import_wanted
        self.offer([self.button("import", tr("models.import_this"), lambda: run.emit(model.role.value))])


def list_to_bring(known: Sequence[Known]) -> str:
    """What to fetch elsewhere, to be pasted or printed: recommended models, or all where none is.

    This machine is offline; whoever fills the USB stick sits at another one.
    """
    wanted = [k for k in known if k.recommended] or list(known)
    lines = [tr("models.list.head")]
    for one in wanted:
        model = one.model
        lines += ["", f"{model.name} · {tr(f'models.role.{model.role.value}')} · {size_words(model.size)}"]
        lines.append(f"  {tr('models.list.from', source=model.source or model.publisher)}")
        for file, digest in zip(model.files, model.hashes, strict=True):
            lines += [f"  {file}", f"  SHA-256 {digest or tr('models.unverified')}"]
    total = sum(one.model.size for one in wanted)
    return "\n".join([*lines, "", tr("models.list.total", size=size_words(total))]) + "\n"
