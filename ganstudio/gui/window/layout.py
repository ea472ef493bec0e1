"""Where the panels of the window are: the samples in the middle, the others in docks, any of them enlarged."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMainWindow, QWidget

from ganstudio.gui.window.actions import Actions
from ganstudio.gui.window.centre import Centre
from ganstudio.gui.window.docks import Dock, DockLayout
from ganstudio.gui.window.enlarger import Enlarger
from ganstudio.gui.window.panels import Panels
from ganstudio.gui.window.top_level import TopLevel
from ganstudio.gui.window.view_keys import ViewKeys


def make_docks(window: QMainWindow) -> DockLayout:
    """Make the docks of a window, for every panel but the samples."""
    return DockLayout(
        window,
        Dock("Setup", "setupDock", window),
        Dock("Curves", "curvesDock", window, may_be_large=True),
        Dock("Latent explorer", "latentDock", window, may_be_large=True),
        Dock("Runs", "runsDock", window),
    )


class WindowLayout(QObject):
    """Lays out the panels of a window.

    Parameters
    ----------
    panels
        The panels, made in the rooms of the docks and of the centre.
    docks, centre
        Where they are.
    cards
        What floats over the samples, or over what takes their place.
    actions
        Those that enlarge a panel, fill the screen and reset the layout are served here.
    window
        The window; it gets its central widget.

    Attributes
    ----------
    enlarger
        Shows one panel alone.
    """

    def __init__(
        self, panels: Panels, docks: DockLayout, centre: Centre, cards: QWidget, actions: Actions, window: TopLevel
    ) -> None:
        super().__init__(window)
        centre.set_samples(panels.samples, cards)
        window.setCentralWidget(centre)
        docks.setup.set_panel(panels.setup, panels.setup.minimumSizeHint().width())
        docks.curves.set_panel(panels.curves)
        docks.latent.set_panel(panels.latent)
        docks.runs.set_panel(panels.runs, panels.runs.minimumSizeHint().width())
        centre.crowded.connect(docks.make_room)
        self.enlarger = Enlarger(window, centre, docks)
        for panel in (panels.samples, panels.curves, panels.latent):
            self.enlarger.add(panel, panel.enlarge_button)
            panel.enlargeRequested.connect(self.enlarger.toggle)
        self.enlarger.add(panels.samples, panels.lab.enlarge_button)
        panels.lab.enlargeRequested.connect(lambda: self.enlarger.toggle(panels.samples))
        self.enlarger.changed.connect(panels.curves.set_large)
        docks.arranged.connect(self.enlarger.watch_tabs)
        self._view_keys = ViewKeys(window, self.enlarger, actions["fullScreen"], actions["enlarge"])
        actions.connect({"resetLayout": docks.reset})
