"""The window of the inside of both networks: a diagram of their layers, and what each of them does."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio import config as cfg
from ganstudio.config import RunConfig
from ganstudio.gui.dialogs.fitting import room_for_dialog
from ganstudio.gui.inside.details import StageDetails
from ganstudio.gui.inside.diagram import Diagram, G
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.viewing import run_config
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel
from ganstudio.gui.workers.inside_requests import Drawn
from ganstudio.gui.workers.sample_requests import Channel
from ganstudio.gui.workers.sampling import SampleThread

if TYPE_CHECKING:
    from ganstudio.networks.inside.blueprint import Blueprint

_SIZE = QSize(1120, 680)  # px, where the screen has room
_PAUSE = 120  # ms after the last edit of a setting
_OF_SETTINGS = "The networks as the settings describe them: they follow every edit until you press Start. "
_OF_RUN = "The networks of the open run. "
_HOW = "Click a layer, or walk with the arrow keys."


class InsideWindow(QDialog):
    """Window of both networks; it is not modal, so that settings can be changed and training can continue.

    Parameters
    ----------
    model
        The run that is open or set up.
    samples
        The thread that builds networks.
    parent
        Qt's parent.
    """

    def __init__(self, model: RunModel, samples: SampleThread, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("insideWindow")
        self.setWindowTitle("Inside the networks")
        self._model, self._samples = model, samples
        self._asked: RunConfig | None = None
        self._blueprint: Blueprint | None = None
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self.introduction = WrappedLabel("", self)
        self.introduction.setObjectName("insideIntroduction")
        self.introduction.setProperty("muted", True)
        self.problem = WrappedLabel("", self)
        self.problem.setObjectName("insideProblem")
        self.problem.setProperty("alarm", True)
        self.problem.hide()
        self.diagram = Diagram(self)
        self.details = StageDetails(self)
        self._lay_out()
        self._connect()
        self.resize(_SIZE.boundedTo(room_for_dialog()))

    def _lay_out(self) -> None:
        close = QPushButton("Close", self)
        close.setObjectName("closeInsideButton")
        close.setToolTip(as_tip("Close this window (Esc)"))
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        bottom = QHBoxLayout()
        bottom.addStretch(1)
        bottom.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(*(SPACE * 2,) * 4)
        column.setSpacing(SPACE)
        for part in (self.introduction, self.problem, self.diagram, self.details):
            column.addWidget(part)
        column.addStretch(1)
        column.addLayout(bottom)

    def _connect(self) -> None:
        for signal in (self._model.configChanged, self._model.statusChanged, self._model.reset):
            signal.connect(self._update_soon)
        self._pause.timeout.connect(self.update_networks)
        self._samples.on(Channel.BLUEPRINT).answered.connect(self._show)
        self._samples.on(Channel.BLUEPRINT).refused.connect(self._refuse)
        self.diagram.chosen.connect(self._show_stage)

    # Which networks

    @Slot()
    def _update_soon(self, *_: object) -> None:
        if self.isVisible():
            self._pause.start()

    @Slot()
    def update_networks(self) -> None:
        """Show the networks of the open run, or of the settings for the next one, if others are shown."""
        config = self._config()
        is_open = self._model.folder is not None or self._model.is_busy
        self.introduction.setText((_OF_RUN if is_open else _OF_SETTINGS) + _HOW)
        if self._asked is None or (config.data, config.network) != (self._asked.data, self._asked.network):
            self._asked = config
            self._samples.request_blueprint(config)

    def _config(self) -> RunConfig:
        """Return the settings, with the number of classes that a run of them would find in its data."""
        config = run_config(self._model)
        if not config.network.conditional or config.network.classes:
            return config
        info = self._model.datasets.look_up(config.data.name)
        return cfg.change(config, "network.classes", max(1, len(info.labels) if info is not None else 1))

    # What is shown

    @Slot(object)
    def _show(self, drawn: Drawn) -> None:
        if drawn.config != self._asked:
            return
        self.problem.hide()
        self._blueprint = drawn.blueprint
        self.diagram.show_blueprint(drawn.blueprint, drawn.config.makes_points, drawn.config.network.packing)
        self._show_stage()

    @Slot(str)
    def _refuse(self, why: str) -> None:
        self._blueprint = None
        self.diagram.clear()
        self.details.clear()
        self.problem.setText(why)
        self.problem.show()

    @Slot()
    def _show_stage(self) -> None:
        chosen = self.diagram.chosen_stage
        if chosen is not None and self._blueprint is not None:
            name, stage = chosen
            self.details.show_stage(self._blueprint.G if name == G else self._blueprint.D, stage)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.update_networks()
