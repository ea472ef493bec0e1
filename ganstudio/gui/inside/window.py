"""The window of the inside of both networks: a diagram of their layers, and what each of them does."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio import config as cfg
from ganstudio.config import RunConfig
from ganstudio.gui.dialogs.button_row import make_button
from ganstudio.gui.dialogs.fitting import DialogBody, Scrolled, room_for_dialog
from ganstudio.gui.explorer.explorer import Explorer
from ganstudio.gui.inside.details import StageDetails
from ganstudio.gui.inside.diagram import D, Diagram, G
from ganstudio.gui.inside.gradient_page import GradientPage
from ganstudio.gui.inside.looker import Looker
from ganstudio.gui.inside.maps_panel import REAL, MapsPanel
from ganstudio.gui.inside.page import Page
from ganstudio.gui.inside.real_picture import RealPicture
from ganstudio.gui.inside.steps_page import StepsPage
from ganstudio.gui.inside.sum_page import SumPage
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.viewing import run_config
from ganstudio.gui.widgets.choice_row import ChoiceRow
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel
from ganstudio.gui.workers.inside_requests import Drawn
from ganstudio.gui.workers.sample_requests import Channel
from ganstudio.gui.workers.sampling import SampleThread
from ganstudio.images import Pictures
from ganstudio.latent.models import Model

if TYPE_CHECKING:
    from ganstudio.networks.inside.blueprint import Blueprint
    from ganstudio.networks.inside.structure import Layer

_SIZE = QSize(1120, 680)  # px, where the screen has room
_PAUSE = 120  # ms after the last edit of a setting
_DETAILS_WIDTH = 232  # px
_OF_SETTINGS = "The networks as the settings describe them: they follow every edit until you press Start. "
_OF_RUN = "The networks of the open run. "
_OF_BUNDLED = "The networks of the bundled model. "
_HOW = "Click a layer, or walk with the arrow keys."
_DRAWING = "Building the networks to see their layers\N{HORIZONTAL ELLIPSIS}"
_NO_WEIGHTS = "Before Start there are no weights, and no maps. Choose the bundled model above to see some."
_NO_SNAPSHOT = "Maps are shown as soon as the run has its first snapshot."
_SOURCES = (
    ("settings", "networks of the settings", "The networks that the settings describe"),
    ("bundled model", "networks of the bundled model", "The networks of the model that comes with the program"),
)
_BUNDLED = 1


class InsideWindow(QDialog):
    """Window of both networks; it is not modal, so that settings can be changed and training can continue.

    Parameters
    ----------
    model
        The run that is open or set up.
    explorer
        Where z and the generator come from.
    samples
        The thread that builds networks and calls them.
    parent
        Qt's parent.
    """

    failed = Signal(object)  # Failed: an error that nobody expected

    def __init__(
        self, model: RunModel, explorer: Explorer, samples: SampleThread, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("insideWindow")
        self.setWindowTitle("Inside the networks")
        self._model, self._explorer, self._samples = model, explorer, samples
        self._asked: RunConfig | None = None
        self._blueprint: Blueprint | None = None
        self._recolour = QTimer(self, singleShot=True, interval=0)
        self._pause = QTimer(self, singleShot=True, interval=_PAUSE)
        self.introduction = WrappedLabel("", self)
        self.introduction.setObjectName("insideIntroduction")
        self.introduction.setProperty("muted", True)
        self.problem = WrappedLabel("", self)
        self.problem.setObjectName("insideProblem")
        self.problem.setProperty("alarm", True)
        self.problem.hide()
        self.source = ChoiceRow("whose networks", _SOURCES, self)
        self.source.setObjectName("insideSource")
        self.diagram = Diagram(self)
        self.details = StageDetails(self)
        self.looker = Looker(explorer, samples, self)
        self.maps = MapsPanel(self.looker, self)
        self.sums = SumPage(self.looker, samples, self)
        self.steps = StepsPage(self.looker, model, samples, self)
        self.gradient = GradientPage(self.looker, samples, self)
        self._maps_page = Page(self)
        self._real = RealPicture(model, self)
        self._lay_out()
        self._connect()
        self.resize(_SIZE.boundedTo(room_for_dialog()))

    def stop(self) -> bool:
        """End the thread that reads pictures; False if it did not end in time."""
        return self._real.stop()

    def _lay_out(self) -> None:
        close = make_button("closeInsideButton", "Close", "Close this window (Esc)", self)
        close.clicked.connect(self.reject)
        top, bottom = QHBoxLayout(), QHBoxLayout(self._maps_page)
        bottom.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(SPACE)
        top.addWidget(self.introduction, 1, Qt.AlignmentFlag.AlignVCenter)
        top.addWidget(self.source)
        top.addWidget(close)
        side = Scrolled(self.details, self)
        side.setFixedWidth(min(_DETAILS_WIDTH, room_for_dialog().width() // 4))
        side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        bottom.setSpacing(SPACE * 2)
        bottom.addWidget(side)
        bottom.addWidget(self.maps, 1)
        body = DialogBody(self)
        column = QVBoxLayout(body)
        column.setContentsMargins(*(SPACE * 2,) * 4)
        column.setSpacing(SPACE)
        column.addLayout(top)
        column.addWidget(self.problem)
        column.addWidget(self.diagram)
        for page in self._pages:
            column.addWidget(page, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(Scrolled(body, self))
        self._show_page(self._maps_page)

    def _connect(self) -> None:
        for signal in (self._model.configChanged, self._model.statusChanged, self._model.reset):
            signal.connect(self._update_soon)
        self._pause.timeout.connect(self.update_networks)
        self._recolour.timeout.connect(self._paint_anew)
        self._samples.on(Channel.BLUEPRINT).answered.connect(self._show)
        self._samples.on(Channel.BLUEPRINT).refused.connect(self._refuse)
        self.diagram.chosen.connect(self._show_stage)
        self.details.chosen.connect(self._look)
        self.source.changed.connect(self.update_networks)
        self._explorer.generatorChanged.connect(self._take_generator)
        self.maps.sum_button.clicked.connect(self.show_sums)
        self.maps.steps_button.clicked.connect(self.show_steps)
        self.maps.gradient_button.clicked.connect(self.show_gradient)
        self.gradient.judgeRequested.connect(self._judge_other)
        for page in (self.sums, self.steps, self.gradient):
            page.backRequested.connect(self.show_maps)
        self.looker.refused.connect(self.maps.show_text)
        self.maps.anotherRequested.connect(self._show_real)
        self._real.read.connect(self._judge)
        self._real.refused.connect(self.maps.show_text)
        self._real.failed.connect(self.failed)

    # Which networks

    @Slot()
    def _update_soon(self, *_: object) -> None:
        if self.isVisible():
            self._pause.start()

    @property
    def _is_open(self) -> bool:
        return self._model.folder is not None or self._model.is_busy or bool(self._model.snapshots)

    @Slot()
    def update_networks(self, *_: object) -> None:
        """Show the networks of the open run, or of the settings for the next one, if others are shown."""
        generator = self._explorer.generator
        self.source.setVisible(not self._is_open and generator is not None)
        is_bundled = self.source.index == _BUNDLED and not self._is_open and generator is not None
        config = generator.config if is_bundled and generator is not None else self._config()
        words = _OF_RUN if self._is_open else _OF_BUNDLED if is_bundled else _OF_SETTINGS
        self.introduction.setText(words + _HOW)
        if self._asked is None or (config.data, config.network) != (self._asked.data, self._asked.network):
            self._asked = config
            self._samples.request_blueprint(config)
            self._look_away()
        else:
            self._look()

    def _look_away(self) -> None:
        """Show no maps until the layers of the other networks are known."""
        self.looker.look_at(None, True, None)
        self.maps.judge_generated()  # a picture of other data may not fit
        self.maps.show_text(_DRAWING)
        for button in (self.maps.sum_button, self.maps.steps_button, self.maps.gradient_button):
            button.setEnabled(False)
        self.show_maps()

    @Slot()
    def _take_generator(self) -> None:
        if self.isVisible():
            self.update_networks()

    def _networks(self) -> Model | None:
        """Return the explorer's model if it is that of the networks that are shown."""
        model, shown = self._explorer.generator, self._asked
        if model is None or shown is None:
            return None
        is_chosen = self._is_open or self.source.index == _BUNDLED
        same = (model.config.data, model.config.network) == (shown.data, shown.network)
        return model if is_chosen and same else None

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
        if drawn.blueprint == self._blueprint:
            self._look()
            return
        self._blueprint = drawn.blueprint
        self.diagram.show_blueprint(drawn.blueprint, drawn.config.makes_points, drawn.config.network.packing)

    @Slot(str)
    def _refuse(self, why: str) -> None:
        self._blueprint = None
        self.diagram.clear()
        self.details.clear()
        self.problem.setText(why)
        self.problem.show()
        self._look()

    @Slot()
    def _show_stage(self) -> None:
        chosen = self.diagram.chosen_stage
        if chosen is not None and self._blueprint is not None:
            name, stage = chosen
            self.details.show_stage(self._blueprint.G if name == G else self._blueprint.D, stage)

    @Slot()
    def _look(self) -> None:
        """Look at the chosen layer, if there are weights."""
        chosen, model = self.diagram.chosen_stage, self._networks()
        layer = self.details.layer if chosen is not None and self._blueprint is not None else None
        self.looker.look_at(model, chosen is None or chosen[0] == G, layer)
        self.maps.judged.button(REAL).setVisible(model is not None and not model.config.makes_points)
        if model is None:
            self.maps.show_text(self._explorer.problem or (_NO_SNAPSHOT if self._is_open else _NO_WEIGHTS))

        sums = self._layer_with_sums()
        self.maps.sum_button.setEnabled(model is not None and sums is not None)
        self.maps.steps_button.setEnabled(model is not None and self._is_open and len(self._model.snapshots) > 1)
        self.maps.gradient_button.setVisible(self._asked is None or not self._asked.makes_points)
        self.maps.gradient_button.setEnabled(model is not None and not model.config.makes_points)
        if self.sums.isVisible():
            self.show_sums()
        elif self.gradient.isVisible() and self.maps.gradient_button.isEnabled():
            self.show_gradient()
        elif self.steps.isVisible() and not self.maps.steps_button.isEnabled():
            self.show_maps()

    def _layer_with_sums(self) -> "Layer | None":
        """Return the convolution that is chosen, or the last one of the stage."""
        chosen, layer = self.diagram.chosen_stage, self.details.layer
        if layer is None or chosen is None or layer.sums:
            return layer
        return next((each for each in reversed(chosen[1].layers) if each.sums), None)

    @Slot()
    def show_sums(self) -> None:
        """Show what the values of the chosen convolution are the sums of; the maps if there is none."""
        layer = self._layer_with_sums()
        if layer is None or self._networks() is None:
            self.show_maps()
            return
        self._show_page(self.sums)
        self.sums.show_layer(layer)

    @Slot()
    def show_steps(self) -> None:
        """Show the chosen channel at steps of the run."""
        self._show_page(self.steps)

    @Slot()
    def show_gradient(self) -> None:
        """Show what would make D call the picture more real that it judges."""
        self._show_page(self.gradient)
        self.gradient.choose_judged(self.maps.judged.index)
        self.gradient.refresh()

    @Slot(int)
    def _judge_other(self, index: int) -> None:
        self.maps.judged.button(index).click()
        self.gradient.refresh()

    @property
    def _pages(self) -> tuple[QWidget, ...]:
        return self._maps_page, self.sums, self.steps, self.gradient

    @Slot()
    def show_maps(self) -> None:
        """Show the maps of the chosen layer."""
        self._show_page(self._maps_page)

    def _show_page(self, shown: QWidget) -> None:
        """Show one of the pages."""
        chosen = self.diagram.chosen_stage
        network = D if shown is self.gradient else None if chosen is None or shown is self._maps_page else chosen[0]
        self.diagram.show_only(network)
        for page in self._pages:
            if page is not shown:
                page.hide()  # before the other is shown: for a moment the window would need room for both, and keep it
        shown.show()

    @Slot()
    def _show_real(self) -> None:
        if (model := self._networks()) is not None:
            self._real.show_next(model)

    @Slot(object)
    def _judge(self, picture: Pictures) -> None:
        if self.maps.judged.index == REAL:
            self.looker.show_picture(picture)
            self.gradient.refresh()

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.looker.is_awake = True
        self.update_networks()

    @override
    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "steps"):
            self._recolour.start()

    @Slot()
    def _paint_anew(self) -> None:
        """Give the maps the colours of another theme."""
        self.maps.recolour()
        self.sums.show_value()
        self.steps.show_steps()
        self.gradient.show_gradient()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self._maps_page.isVisible():
            self.show_maps()
        else:
            super().keyPressEvent(event)

    @override
    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.looker.is_awake = False
