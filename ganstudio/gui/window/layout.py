"""Where the panels of the window are: the samples in the middle, the others in docks, any of them enlarged."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMainWindow, QWidget

from ganstudio.gui.window.actions import Actions
from ganstudio.gui.window.centre import Centre
from ganstudio.gui.window.docks import Dock, DockLayout
from ganstudio.gui.window.enlarger import Enlarger
from ganstudio.gui.window.panels import Panels
from ganstudio.gui.window.view_keys import ViewKeys


def make_docks(panels: Panels, window: QMainWindow) -> DockLayout:
    """Put every panel but the samples into a dock of a window."""
    return DockLayout(
        window,
        Dock("Setup", "setupDock", panels.setup, window, panels.setup.minimumSizeHint().width()),
        Dock("Curves", "curvesDock", panels.curves, window, may_be_large=True),
        Dock("Latent explorer", "latentDock", panels.latent, window, may_be_large=True),
        Dock("Runs", "runsDock", panels.runs, window, panels.runs.minimumSizeHint().width()),
    )


class WindowLayout(QObject):
    """Lays out the panels of a window.

    Parameters
    ----------
    panels
        The panels.
    cards
        What floats over the samples, or over what takes their place.
    actions
        Those that enlarge a panel, fill the screen and reset the layout are served here.
    window
        The window; its central widget and docks are made.

    Attributes
    ----------
    docks
        The docks.
    enlarger
        Shows one panel alone.
    """

    def __init__(self, panels: Panels, cards: QWidget, actions: Actions, window: QMainWindow) -> None:
        super().__init__(window)
        panels.samples.float_over_grid(cards)
        centre = Centre(panels.samples, cards)
        window.setCentralWidget(centre)
        self.docks = make_docks(panels, window)
        centre.crowded.connect(self.docks.make_room)
        self.enlarger = Enlarger(window, centre, self.docks)
        for panel in (panels.samples, panels.curves, panels.latent):
            self.enlarger.add(panel, panel.enlarge_button)
            panel.enlargeRequested.connect(self.enlarger.toggle)
        self.enlarger.changed.connect(panels.curves.set_large)
        self.docks.arranged.connect(self.enlarger.watch_tabs)
        self._view_keys = ViewKeys(window, self.enlarger, actions["fullScreen"], actions["enlarge"])
        actions.connect({"resetLayout": self.docks.reset})
