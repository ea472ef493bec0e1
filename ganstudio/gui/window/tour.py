"""The tour in the window: begun, shown over it, and remembered."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, QTimer, Signal
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from ganstudio.gui.explorer.position import Move
from ganstudio.gui.window.coach import Coach
from ganstudio.gui.window.context import WindowContext
from ganstudio.gui.window.lighting import Lighting
from ganstudio.gui.window.places import Places

if TYPE_CHECKING:
    from ganstudio.gui.tour.card import TourCard
    from ganstudio.gui.tour.spotlight import Spotlight
    from ganstudio.gui.tour.tour import Tour

_INTERVAL = 250  # ms between two looks at where things are
_LOOK_MS = 1  # until what a step has brought to the front is laid out
_TOPIC = "tour"  # of the notices that offer it
_RANDOM = "random picture"  # a move that is not along anything


class TourCommands(QObject):
    """Serves Help > Tour, and offers the tour to who is new. Its parts are made when it is first shown.

    Parameters
    ----------
    context
        The parts of the window.
    places
        Brings to the front what a step needs.
    coach
        What it finds is part of the tour.

    Attributes
    ----------
    tour, card
        The course of the tour and its card; None before it is first shown.
    """

    changed = Signal()  # the card came or went: the tab order has to follow

    def __init__(self, context: WindowContext, places: Places, coach: Coach) -> None:
        super().__init__(context.window)
        self._context = context
        self._coach = coach
        self._lighting = Lighting(context, places)
        self.tour: Tour | None = None
        self.card: TourCard | None = None
        self._is_shown = False
        self._is_placed = False  # the card, for what is lit now: then it stays where it is as long as it can
        self._spotlights: dict[QWidget, Spotlight] = {}
        self._timer = QTimer(self, interval=_INTERVAL)
        self._timer.timeout.connect(self.refresh)
        self._next_turn = QTimer(self, singleShot=True, interval=0)
        self._next_turn.timeout.connect(self._check)
        self._look_soon = QTimer(self, singleShot=True, interval=_LOOK_MS)
        self._look_soon.timeout.connect(self.look)
        context.actions.connect({"tour": self.show})

    # Beginning

    def greet(self) -> None:
        """Offer the tour to a user who opens the program for the first time."""
        self._context.session.notifier.say(
            "New to GANs, or to GAN Studio? The tour takes five minutes: you morph a digit, train a GAN, break it and "
            "mend it. It waits for you, and can be left at any time (Help > Tour).",
            ("Take the tour", self.show),
            passing=True,
            topic=_TOPIC,
        )

    def return_to(self) -> None:
        """Show the tour if it was shown when the window was closed to be reopened."""
        if self._context.settings.tour_is_on:
            self.show()

    def offer_to_go_on(self) -> None:
        """Offer once to go on with the tour if it was shown when the window was closed."""
        settings = self._context.settings
        if settings.tour_is_on:
            settings.remember_tour(settings.tour_step, False)
            self._context.session.notifier.say(
                "The tour was not finished. It goes on where it was (Help > Tour).",
                ("Go on with the tour", self.show),
                passing=True,
                topic=_TOPIC,
            )

    def show(self, *_: object) -> None:
        """Show the tour where it was left; if it is shown, give its card the focus."""
        self._context.session.notifier.withdraw(_TOPIC)
        tour, card = self._made()
        if not tour.is_on:
            tour.facts.has_morphed = tour.facts.has_treated = False
            self._take_facts(tour)
            tour.begin(self._context.settings.tour_step)
        card.take_focus()

    def start_over(self) -> None:
        """Forget where the tour was: the next class begins it anew."""
        if self.tour is not None and self.tour.is_on:
            self.tour.leave()
        self._context.settings.remember_tour("", False)

    def stop(self) -> None:
        """Look no more: the window is about to be destroyed."""
        self._timer.stop()
        self._next_turn.stop()
        self._look_soon.stop()

    def _made(self) -> "tuple[Tour, TourCard]":
        if self.tour is None or self.card is None:
            from ganstudio.gui.tour.card import TourCard
            from ganstudio.gui.tour.facts import Facts
            from ganstudio.gui.tour.script import steps
            from ganstudio.gui.tour.tour import Tour

            self.tour = Tour(Facts(self._context.session.model), steps(), self)
            self.card = TourCard(self.tour, self._context.window)
            self.card.reshaped.connect(self.look)
            self._connect(self.tour)
        return self.tour, self.card

    def _connect(self, tour: "Tour") -> None:
        tour.changed.connect(self._show)
        tour.entered.connect(self._prepare)
        model = self._context.session.model
        for signal in (model.statusChanged, model.reset, model.configChanged, model.marked, model.measured):
            signal.connect(self._check_soon)
        self._context.panels.latent.explorer.moved.connect(self._note_move)
        self._coach.treated.connect(self._note_remedy)
        self._coach.watcher.changed.connect(self._check_soon)

    # What happens

    def _note_move(self, move: Move) -> None:
        if self.tour is not None and move.description != _RANDOM:
            self.tour.facts.has_morphed = True
            self._check()

    def _note_remedy(self, *_: object) -> None:
        from ganstudio.gui.tour.conditions import has_ring

        if self.tour is not None and has_ring(self.tour.facts):
            self.tour.facts.has_treated = True
            self._check()

    def _check_soon(self, *_: object) -> None:
        """Judge the step in the next turn of the event loop.

        What it lights may have to be laid out first, which takes as long as what has just happened.
        """
        self._next_turn.start()

    def _check(self) -> None:
        if self.tour is not None and self.tour.is_on:
            self._take_facts(self.tour)
            self.tour.check()

    def _take_facts(self, tour: "Tour") -> None:
        tour.facts.findings = self._coach.watcher.findings
        tour.facts.coach_is_shown = self._context.dialogs.is_visible("coach")

    # Showing

    def _show(self) -> None:
        tour, card = self._made()
        settings = self._context.settings
        ended = not tour.is_on and tour.number == 1
        settings.remember_tour("" if ended else tour.resumed.name, tour.is_on)
        if tour.is_on != self._is_shown:
            self._is_shown = tour.is_on
            card.setVisible(tour.is_on)
            self.changed.emit()
            self.look()  # at once: the card is in its place before it is painted
        if tour.is_on:
            self._timer.start()
            self._look_soon.start()
        else:
            self._look_soon.stop()
            self._timer.stop()
            for spotlight in self._spotlights.values():
                spotlight.hide()

    def _prepare(self) -> None:
        """Bring to the front what the step lights."""
        if self.tour is not None and self.tour.is_on:
            if self.tour.step.until == "is_broken":
                self.tour.facts.has_treated = False  # that was for a fault of before
            for name in self.tour.scene.light:
                self._lighting.bring_forward(name)
            self._is_placed = False
            self._look_soon.start()

    def refresh(self) -> None:
        """Judge the step, and show it where things are now.

        Where the step is another one, that comes in the next turn: what it lights is laid out first.
        """
        self._check()
        if not self._look_soon.isActive():
            self.look()

    def look(self) -> None:
        """Light what the step talks about where that is now, and put the card beside it."""
        tour, card = self._made()
        if not tour.is_on:
            return
        window = self._context.window
        lit: dict[QWidget, list[QRect]] = {window: []}
        for name in tour.scene.light:
            for host, part in self._lighting.find(name):
                lit.setdefault(host, []).append(part)
        for host in [host for host in self._spotlights if not isValid(host)]:
            del self._spotlights[host]  # a dialog that was discarded took it along
        self._place(card, lit[window])
        for host in {*lit, *self._spotlights}:
            self._light(host, lit.get(host, []))

    def _light(self, host: QWidget, parts: list[QRect]) -> None:
        from ganstudio.gui.tour.spotlight import Spotlight

        if host not in self._spotlights:
            self._spotlights[host] = Spotlight(host, dims=host is self._context.window)
        spotlight = self._spotlights[host]
        spotlight.show_lit(parts)
        layers = (spotlight, self.card) if host is self._context.window else (spotlight,)
        _keep_on_top(host, [layer for layer in layers if layer is not None])

    def _place(self, card: "TourCard", lit: list[QRect]) -> None:
        from ganstudio.gui.tour.placing import place_card
        from ganstudio.gui.widgets.theme import SPACE

        window = self._context.window
        size = card.size_for(window.width() - 2 * SPACE)
        at = card.geometry() if self._is_placed else None
        self._is_placed = True
        place = place_card(size, window.rect(), lit, self._lighting.seen(), at)
        if card.geometry() != QRect(place, size):
            card.setGeometry(QRect(place, size))


def _keep_on_top(host: QWidget, layers: list[QWidget]) -> None:
    """Raise layers over all else in a window, if something is over them: to raise a layer paints it anew."""
    siblings = [each for each in host.children() if isinstance(each, QWidget) and not each.isWindow()]
    if siblings[-len(layers) :] != layers:
        for layer in layers:
            layer.raise_()
