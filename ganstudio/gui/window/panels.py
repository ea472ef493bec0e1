"""The panels of the window: made, and shown on request of one another."""

from dataclasses import dataclass

from PySide6.QtCore import QObject

from ganstudio.gui.curves.panel import CurvesPanel
from ganstudio.gui.explorer.panel import LatentPanel
from ganstudio.gui.lab.panel import LabPanel
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.undo import UndoStack
from ganstudio.gui.runs.panel import RunsPanel
from ganstudio.gui.samples.panel import SamplesPanel
from ganstudio.gui.samples.timeline import Timeline
from ganstudio.gui.setup.panel import SetupPanel
from ganstudio.gui.window.actions import Actions
from ganstudio.gui.window.centre import Centre
from ganstudio.gui.window.docks import DockLayout
from ganstudio.gui.workers.sample_requests import Noise
from ganstudio.gui.workers.sampling import SampleThread


@dataclass(frozen=True)
class Panels:
    """All panels, by name."""

    setup: SetupPanel
    samples: SamplesPanel
    lab: LabPanel  # in the samples panel
    curves: CurvesPanel
    latent: LatentPanel
    runs: RunsPanel


def make_panels(
    model: RunModel,
    sample_thread: SampleThread,
    undo_stack: UndoStack,
    actions: Actions,
    docks: DockLayout,
    centre: Centre,
) -> Panels:
    """Make every panel for a run model, each where it will be."""
    samples = SamplesPanel(model, sample_thread, centre.room)
    timeline = Timeline(model, samples)
    timeline.add_actions(actions["rewind"], actions["branch"])
    samples.set_timeline(timeline)
    lab = LabPanel(model, samples)
    lab.tools.set_stages_action(actions["stages"])
    samples.set_plane(lab)
    curves = CurvesPanel(model, docks.curves.room)
    curves.set_measure_action(actions["measure"])
    latent = LatentPanel(model, sample_thread, docks.latent.room)
    runs = RunsPanel(model, undo_stack, docks.runs.room)
    return Panels(SetupPanel(model, docks.setup.room), samples, lab, curves, latent, runs)


class PanelNavigator(QObject):
    """Brings a panel to the front because another one, or a notice, asks for it."""

    def __init__(self, panels: Panels, docks: DockLayout, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._latent = panels.latent
        self._docks = docks
        panels.samples.fakes.latentRequested.connect(self.open_latent)
        panels.samples.fakes.cornerRequested.connect(self.put_in_corner)

    def open_latent(self, z: Noise, label: int | None) -> None:
        """Show a picture of the samples in the latent explorer.

        Parameters
        ----------
        z
            Its noise, (z_size,).
        label
            Its class; None: the model is not conditional.
        """
        self._latent.set_z(z, label)
        self.show_latent()

    def put_in_corner(self, corner: int, z: Noise, label: int | None) -> None:
        """Put a picture of the samples in a corner of the morph square, 0..3; `z` and `label` as in `open_latent`."""
        self._latent.put_in_corner(corner, z, label)
        self.show_latent()

    def show_curves(self) -> None:
        """Show the curves."""
        self._docks.bring_to_front(self._docks.curves)

    def show_latent(self) -> None:
        """Show the latent explorer."""
        self._docks.bring_to_front(self._docks.latent)

    def show_morph(self) -> None:
        """Show the morph square of the latent explorer."""
        self._latent.show_morph()
        self.show_latent()
