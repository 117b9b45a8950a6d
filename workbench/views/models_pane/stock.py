"""The cards on the page: what is here, what may be brought. A card is made anew only where it would say otherwise."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from workbench.i18n import tr
from workbench.inference.api import EngineState, Role, RoleState
from workbench.inference.fit import Fit
from workbench.inference.telling import fit_words
from workbench.views.models_pane.cards import ModelCard, stands_in
from workbench.views.models_pane.offers import KnownCard
from workbench.views.models_pane.shelf import Held, Known, Shelf

_SHOWN_ROLES = (Role.CHAT, Role.EMBEDDING)
Wanted = tuple[object, Callable[[], QWidget]]
"""What a widget says, to be compared, and how it is made."""


class Column:
    """Widgets in a layout, kept as long as the same is wanted of them.

    ``patient`` ones are made one a turn of the event loop: a card costs some milliseconds, and the
    catalogue has a dozen.
    """

    def __init__(self, layout: QVBoxLayout, *, patient: bool = False) -> None:
        self._layout = layout
        self._kept: list[tuple[object, QWidget]] = []
        self._waiting: deque[tuple[int, object, Callable[[], QWidget]]] = deque()
        self._maker: QTimer | None = QTimer(layout) if patient else None
        if self._maker is not None:
            self._maker.setInterval(0)
            self._maker.timeout.connect(self._make_next)

    @property
    def widgets(self) -> list[QWidget]:
        """What stands there, in order."""
        return [widget for _, widget in self._kept]

    @property
    def whole(self) -> bool:
        """Whether everything that was wanted stands."""
        return not self._waiting

    def show(self, wanted: Sequence[Wanted]) -> None:
        """Let exactly this stand in the layout."""
        self._waiting.clear()
        before, self._kept = self._kept, []
        for place, (says, make) in enumerate(wanted):
            at = next((n for n, (said, _) in enumerate(before) if said == says), None)
            if at is not None:
                self._put(len(self._kept), *before.pop(at))
            elif self._maker is not None:
                self._waiting.append((place, says, make))
            else:
                self._put(len(self._kept), says, make())
        for _, widget in before:
            self._layout.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        if self._maker is not None and self._waiting:
            self._maker.start()

    def _put(self, place: int, says: object, widget: QWidget) -> None:
        self._kept.insert(place, (says, widget))
        if self._layout.indexOf(widget) != place:
            self._layout.insertWidget(place, widget)

    def _make_next(self) -> None:
        if self._waiting:
            place, says, make = self._waiting.popleft()
            self._put(place, says, make())
        if not self._waiting and self._maker is not None:
            self._maker.stop()


class Stock:
    """``listen`` and ``listen_known`` hear of each card that is made; ``head`` makes a line above a group."""

    def __init__(
        self,
        held: QVBoxLayout,
        known: QVBoxLayout,
        *,
        head: Callable[[str], QWidget],
        known_head: Callable[[], QWidget],
        listen: Callable[[ModelCard], None],
        listen_known: Callable[[KnownCard], object],
    ) -> None:
        self._held, self._known = Column(held), Column(known, patient=True)
        self._head, self._known_head = head, known_head
        self._listen, self._listen_known = listen, listen_known

    @property
    def cards(self) -> list[ModelCard]:
        """Models that are here, and roles without one."""
        return [widget for widget in self._held.widgets if isinstance(widget, ModelCard)]

    @property
    def whole(self) -> bool:
        """Whether the catalogue stands too."""
        return self._known.whole

    def say(self, line: QWidget) -> None:
        """A line in the place of the cards, until there are any."""
        self._held.show([("", lambda: line)])

    def show(self, shelf: Shelf, state: EngineState | None) -> None:
        """Show what is here and how it stands, and what may be brought."""
        wanted = [self._working(role, shelf, state) for role in _SHOWN_ROLES]
        if shelf.working(Role.RERANK) is not None:
            wanted.append(self._working(Role.RERANK, shelf, state))
        others = shelf.waiting()
        if others:
            wanted.append(("others", partial(self._head, tr("models.others"))))
        wanted += [self._idle(held, shelf, state) for held in others]
        self._held.show(wanted)
        offers: list[Wanted] = [
            ((k.model.id, k.recommended, _fit(k.fit)), partial(self._offer, k)) for k in shelf.known
        ]
        self._known.show([("known", self._known_head), *offers] if offers else [])

    def _working(self, role: Role, shelf: Shelf, state: EngineState | None) -> Wanted:
        held, now = shelf.working(role), state.of(role) if state is not None else None
        renewal = shelf.serving_name if role is Role.EMBEDDING and shelf.renews else None

        def make() -> QWidget:
            card = ModelCard(role, held, now)
            if renewal is not None:
                card.tell_of_renewal(renewal)
            self._listen(card)
            return card

        return ("works", role, _held(held), standing(now), renewal), make

    def _idle(self, held: Held, shelf: Shelf, state: EngineState | None) -> Wanted:
        role = held.entry.role
        standing_in = state is not None and stands_in(held.entry.name, state.of(role))
        rival = shelf.working(role)

        def make() -> QWidget:
            card = ModelCard(role, held, rival=rival, stands_in=standing_in)
            self._listen(card)
            return card

        return ("idle", _held(held), _held(rival), standing_in), make

    def _offer(self, known: Known) -> QWidget:
        card = KnownCard(known)
        self._listen_known(card)
        return card


def standing(state: RoleState | None) -> tuple[object, ...]:
    """What a card shows of a role: of its speed, which changes all the time, only that it is known."""
    if state is None:
        return ()
    return (state.state, state.name, state.message, state.hint, state.tokens_per_second > 0)


def _held(held: Held | None) -> tuple[object, ...]:
    """What a card says of a model, as something that can be compared: errors can't, free memory always changes."""
    if held is None:
        return ()
    trouble = (held.trouble.message, held.trouble.hint) if held.trouble is not None else ()
    return (replace(held, trouble=None, fit=None), trouble, _fit(held.fit))


def _fit(fit: Fit | None) -> tuple[str, ...]:
    return (fit.verdict.value, fit_words(fit)) if fit is not None else ()
