"""Panel with the latent explorer: a picture, and pages that move through the space it is made from."""

from PySide6.QtCore import QSize, QTimer, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QLayout, QStackedWidget, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio.gui.explorer.draw_page import DrawPage
from ganstudio.gui.explorer.explorer import Explorer
from ganstudio.gui.explorer.head import ExplorerHead
from ganstudio.gui.explorer.morph_page import MorphPage
from ganstudio.gui.explorer.preview import Preview
from ganstudio.gui.explorer.sliders_page import SlidersPage
from ganstudio.gui.explorer.walk_page import WalkPage
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets import theme
from ganstudio.gui.workers.sampling import SampleThread
from ganstudio.latent.paths import Mix, Noise, one_hot

_WAKE_DELAY = 120  # ms after it was shown: the window is painted before torch is imported
_MIN_PREVIEW = 48  # px


class LatentPanel(QWidget):
    """Picture of z by the generator of the viewed step, and pages that move z; z stays while the generator learns.

    Parameters
    ----------
    model
        The run that is viewed.
    samples
        The thread that makes the pictures.
    parent
        Qt's parent.

    Attributes
    ----------
    explorer : Explorer
        The position in the latent space.
    morph, walk, draw : QWidget
        The pages.
    preview : Preview
        The picture.
    """

    painted = Signal(float)  # stamp of the request whose picture has just been painted, see SampleThread.request
    failed = Signal(object)  # Failed: an error nobody expected
    enlargeRequested = Signal(object)  # this panel

    def __init__(self, model: RunModel, samples: SampleThread, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("latentPanel")
        self.setAccessibleName("latent explorer")
        self._model = model
        self._wake_timer = QTimer(self, singleShot=True, interval=_WAKE_DELAY)
        self.explorer = Explorer(model, samples, self)
        self.explorer.sleep()
        self.preview = Preview(self.explorer, model, self)
        self._head = ExplorerHead(self.explorer, self)
        self.enlarge_button = self._head.enlarge_button
        self._pages = QStackedWidget(self)
        self.morph, self.walk = MorphPage(self.explorer, self), WalkPage(self.explorer, self)
        self.draw = DrawPage(self.explorer, self)
        for page in (SlidersPage(self.explorer, self), self.morph, self.walk, self.draw):
            self._pages.addWidget(page)
        self._lay_out()
        self._connect()
        self._take_generator()
        self.preview.show_initial()

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(280, 150)

    def heightForWidth(self, width: int) -> int:
        """Return the least height, as pages fit themselves in; Qt asks the layout, because some labels wrap."""
        return self.minimumSizeHint().height()

    # Building

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(2)
        right.addWidget(self._head)
        right.addWidget(self._pages, 1)
        self._whole = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._whole.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        margin = theme.SPACE // 2
        self._whole.setContentsMargins(margin, margin, margin, margin)
        self._whole.setSpacing(theme.SPACE)
        self._whole.addWidget(self.preview)
        self._whole.addLayout(right, 1)

    def _connect(self) -> None:
        explorer, draw = self.explorer, self.draw
        explorer.changed.connect(self._request_preview)
        explorer.generatorChanged.connect(self._take_generator)
        self._wake_timer.timeout.connect(explorer.wake)
        self._head.pageSelected.connect(self._pages.setCurrentIndex)
        self.preview.painted.connect(self.painted)
        self.preview.backgroundDoubleClicked.connect(self._request_enlarge)
        draw.projected.connect(self.morph.set_drawing)
        draw.cornerRequested.connect(self.morph.set_corner)
        draw.cornerRequested.connect(self.show_morph)
        draw.opened.connect(self._show_draw)
        draw.failed.connect(self.failed)
        draw.take_drops_on(self.preview)

    def _request_enlarge(self) -> None:
        self.enlargeRequested.emit(self)

    # Pages

    def show_morph(self, *_: object) -> None:
        """Show the page that morphs."""
        self._head.select_page(self._pages.indexOf(self.morph))

    def _show_draw(self) -> None:
        self._head.select_page(self._pages.indexOf(self.draw))

    def start_over(self) -> None:
        """Go back to the state at the first start."""
        self._head.select_page(0)
        self.explorer.start_over()
        for page in (self.morph, self.walk, self.draw):
            page.start_over()

    def stop(self) -> bool:
        """End the thread that projects drawings; return False if it did not end in time."""
        return self.draw.stop()

    # The position

    @property
    def z(self) -> Noise:
        """The numbers that the picture is made from, (z_size,)."""
        return self.explorer.z

    @property
    def label(self) -> int | None:
        """The class with the largest share; None if the generator has none."""
        return self.explorer.label

    def set_z(self, z: Noise, label: int | None = None) -> None:
        """Show the picture of `z` (z_size,) without truncation, of the class `label` if there is one."""
        if len(z) == self.explorer.z_size and self.explorer.truncation != 1.0:
            self.explorer.set_truncation(1.0)
        self.explorer.set_point(z, self._mix_of(label), "picture of the grid")

    def randomise(self) -> None:
        """Draw new random z."""
        self.explorer.randomise()

    def put_in_corner(self, corner: int, z: Noise, label: int | None = None) -> None:
        """Put z (z_size,) of a class into a corner of the morph square, and show that page."""
        self.morph.set_corner(corner, z, self._mix_of(label))
        self.show_morph()

    def _mix_of(self, label: int | None) -> Mix | None:
        """Return the shares of a class; None if the generator has no such class."""
        classes = len(self.explorer.classes)
        return one_hot(label, classes) if label is not None and label < classes else None

    # Pictures

    def _request_preview(self) -> None:
        self._head.show_seed()
        if self.isVisible():
            self.preview.request()

    def _take_generator(self) -> None:
        """Show another generator; if there is none, the picture says why the sliders are disabled."""
        generator, folder = self.explorer.generator, self._model.folder
        is_of_run = folder is not None and generator is not None and generator.name == folder.name
        self._head.show_generator(str(folder.path) if is_of_run and folder is not None else None)
        self.preview.explain_emptiness()
        self._request_preview()

    # Room

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._wake_timer.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Put the picture left of the page, or above it if the panel is tall."""
        super().resizeEvent(event)
        width, height = self.width() - theme.SPACE, self.height() - theme.SPACE
        is_tall = height > 0.7 * width
        side = max(_MIN_PREVIEW, min(width, height * 2 // 5) if is_tall else min(height, width * 3 // 10))
        direction = QBoxLayout.Direction
        self._whole.setDirection(direction.TopToBottom if is_tall else direction.LeftToRight)
        if is_tall:
            self.preview.setMinimumSize(_MIN_PREVIEW, side)
            self.preview.setMaximumSize(width, side)
        else:
            self.preview.setFixedSize(side, side)
        self._head.fit_width(width if is_tall else width - side - theme.SPACE)
