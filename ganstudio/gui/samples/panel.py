"""Panel with the pictures of a run: fakes, real ones, or both beside each other."""

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QContextMenuEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QBoxLayout, QMenu, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio.events import Samples
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.samples.caption import SamplesCaption
from ganstudio.gui.samples.fake_pictures import FakePictures
from ganstudio.gui.samples.grid_generator import GridGenerator
from ganstudio.gui.samples.nearest_pictures import NearestBeside
from ganstudio.gui.samples.picture_menu import PictureMenu
from ganstudio.gui.samples.picture_saver import PictureSaver
from ganstudio.gui.samples.real_pictures import RealPictures
from ganstudio.gui.samples.tools import SamplesTools
from ganstudio.gui.samples.views import View
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.overlay_host import OverlayHost
from ganstudio.gui.widgets.picture_grid import PictureGrid
from ganstudio.gui.workers.sampling import SampleThread
from ganstudio.images import Pictures

_MIN_PICTURES_IN_BOTH = 24  # in each of two grids that share the room: larger pictures compare better than more


class PlaneWidget(QWidget):
    """What a widget offers that takes the place of the grids."""

    def float_over(self, widget: QWidget) -> None:
        """Show a widget over the plane, which stays as it is."""
        raise NotImplementedError

    @property
    def step(self) -> int | None:
        """Step of what is shown; None if nothing of a run is."""
        raise NotImplementedError

    def picture(self) -> Pictures | None:
        """Return what is shown as a picture (H, W, 3); None if there is nothing."""
        raise NotImplementedError

    def start_over(self) -> None:
        """Show what is shown at the first start."""
        raise NotImplementedError


class SamplesPanel(QWidget):
    """The grid, crisp and as large as there is room for; real pictures in sky blue, fakes in orange.

    It puts the parts of this folder together and decides which are shown, so it knows all of them.

    Parameters
    ----------
    model : RunModel
        The open run.
    samples : SampleThread
        Makes pictures.
    parent : QWidget, optional
        Qt's parent.
    """

    failed = Signal(object)  # Failed
    enlargeRequested = Signal(object)  # this panel

    def __init__(self, model: RunModel, samples: SampleThread, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("samplesPanel")
        self.setAccessibleName("samples")
        self._model = model
        self._generator = GridGenerator(model)
        self.tools = SamplesTools(self)
        self.enlarge_button = self.tools.enlarge_button
        self.real_grid = PictureGrid("real pictures", "real", self)
        self.nearest_grid = PictureGrid("nearest training pictures", "real", self)
        self.fake_grid = PictureGrid("generated pictures", "fake", self)
        self._reals = RealPictures(model, self.real_grid, self)
        button = self.tools.nearest_button
        self._nearest = NearestBeside(model, self._generator, self.fake_grid, self.nearest_grid, button, self)
        self.fakes = FakePictures(
            model, samples, self._generator, self.fake_grid, self.tools.class_box, self._nearest, self
        )
        grids_of_reals = (self.real_grid, self.nearest_grid)
        self.saver = PictureSaver(model, self._generator, self.fakes, grids_of_reals, self.fake_grid, self)
        self.caption = SamplesCaption(model, self._generator, self.fake_grid, self)
        self._plane: PlaneWidget | None = None  # takes the place of the grids while the run is one of points
        self._cards: QWidget | None = None
        self._lay_out()
        self._connect()
        self._switch()

    @property
    def view(self) -> View:
        """What the panel shows."""
        return self.tools.view

    def set_timeline(self, timeline: QWidget) -> None:
        """Put the time slider below the grid."""
        self._column.addWidget(timeline)

    def set_plane(self, plane: PlaneWidget) -> None:
        """Show a widget in place of the grids while the run is one of points."""
        self._plane = plane
        plane.hide()
        self._column.insertWidget(0, plane, 1)
        self._choose_centre()

    def float_over_grid(self, widget: QWidget) -> None:
        """Show a widget over the pictures, which stay as they are."""
        self._cards = widget
        if self._plane is not None and self.shows_plane:
            self._plane.float_over(widget)
        else:
            self._stage.float(widget)

    @property
    def shows_plane(self) -> bool:
        """Whether the plane of a run of points is shown, and no grids."""
        return self._plane is not None and self._generator.is_of_points

    def start_over(self) -> None:
        """Show the first of the views, as at the first start."""
        if self._plane is not None:
            self._plane.start_over()
        self.tools.nearest_button.setChecked(False)
        self.tools.choice.button(View.FIXED).click()

    def stop(self) -> bool:
        """End the threads that read real pictures and write files; return False if one did not end in time."""
        ended = [self._reals.stop(), self._nearest.stop(), self.saver.stop()]
        return all(ended)

    def menu(self, index: int | None) -> QMenu:
        """Return the context menu; `index` is the generated picture that was clicked, None if none was."""
        menu = PictureMenu(index, self)
        menu.openRequested.connect(self.fakes.open_picture)
        menu.cornerRequested.connect(self.fakes.put_in_corner)
        menu.saveRequested.connect(self.saver.ask_and_save_one)
        has_pictures = self.saver.has_pictures
        if index is not None and self.tools.nearest_button.isVisible():
            beside = menu.addAction("Nearest training pictures", self.tools.nearest_button.click)
            beside.setCheckable(True)
            beside.setChecked(self.tools.nearest_button.isChecked())
            beside.setEnabled(self._nearest.can_show)
        menu.addAction("Save picture as\N{HORIZONTAL ELLIPSIS}", self.saver.ask_and_save).setEnabled(has_pictures)
        menu.addAction("Copy", self.saver.copy).setEnabled(has_pictures)
        return menu

    # Building

    def _lay_out(self) -> None:
        self._grids = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._grids.setSpacing(theme.SPACE // 2)
        self._grids.addWidget(self.real_grid, 1)
        self._grids.addWidget(self.nearest_grid, 1)
        self._grids.addWidget(self.fake_grid, 1)
        self._stage = OverlayHost(self._grids, self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(*(theme.SPACE // 2,) * 4)
        self._column.setSpacing(theme.SPACE // 2)
        self._column.addWidget(self.tools)
        self._column.addWidget(self._stage, 1)
        self._column.addWidget(self.caption)

    def _connect(self) -> None:
        model, tools = self._model, self.tools
        model.reset.connect(self._reset)
        model.configChanged.connect(self._choose_centre)
        model.sampled.connect(self._show_newest)
        model.snapshotAdded.connect(self._refresh_fresh)
        model.viewedStepChanged.connect(self.refresh)
        model.statusChanged.connect(self._status_changed)
        model.stageChanged.connect(self._status_changed)
        tools.choice.changed.connect(self._switch)
        tools.draw_button.clicked.connect(self.fakes.draw_again)
        tools.save_button.clicked.connect(self.saver.ask_and_save)
        tools.nearest_button.toggled.connect(self._switch)
        self.fakes.changed.connect(self._fakes_changed)
        self._nearest.changed.connect(self._update_caption)
        self._nearest.failed.connect(self.failed)
        self._reals.failed.connect(self.failed)
        self.saver.failed.connect(self.failed)
        for grid in (self.real_grid, self.nearest_grid, self.fake_grid):
            grid.backgroundDoubleClicked.connect(self._request_enlarge)

    # What is shown

    def refresh(self) -> None:
        """Show what belongs to the viewed step."""
        self._choose_centre()
        if not self.isVisible() or self.shows_plane:
            return  # showEvent comes back to it
        self.tools.show_for(self._generator.class_names())
        self._nearest.refresh_set()
        self._arrange()
        self._reals.refresh()
        self.fakes.refresh()
        self._update_caption()

    def _switch(self) -> None:
        self.fakes.set_view(self.view)
        self._arrange()
        self.refresh()

    def _arrange(self) -> None:
        """Show the grids of the view; two share the room and the size of their pictures."""
        view, has_nearest = self.view, self.tools.wants_nearest
        self.real_grid.setVisible(view in (View.REAL, View.BOTH))
        self.nearest_grid.setVisible(has_nearest)
        self.fake_grid.setVisible(view is not View.REAL)
        self.fake_grid.set_selectable(view is not View.REAL)
        beside = self.nearest_grid if has_nearest else self.real_grid if view is View.BOTH else None
        for grid in (self.real_grid, self.nearest_grid, self.fake_grid):
            grid.set_min_count(None if beside is None else _MIN_PICTURES_IN_BOTH)
        self.real_grid.set_companion(self.fake_grid if view is View.BOTH else None)
        self.nearest_grid.set_companion(self.fake_grid if has_nearest else None)
        self.fake_grid.set_companion(beside)

    def _fakes_changed(self) -> None:
        self._nearest.follow()
        self._update_caption()

    def _show_newest(self, samples: Samples) -> None:
        """Show a grid that the run has just drawn, unless the past or other pictures are looked at."""
        is_fixed = self.view in (View.FIXED, View.BOTH) and not self.shows_plane
        if is_fixed and self._model.viewed_step is None and self.isVisible():
            self.fakes.show_samples(samples)

    def _refresh_fresh(self) -> None:
        """Show fresh pictures of a new snapshot."""
        if self.view is View.FRESH and self._model.viewed_step is None:
            self.refresh()

    def _reset(self) -> None:
        self.fakes.reset()
        self._nearest.discard()
        self.refresh()

    def _status_changed(self) -> None:
        if not self._model.samples:
            self.fakes.discard_requests()  # of the bundled model
            self.refresh()

    def _update_caption(self) -> None:
        if self.shows_plane:
            return
        has_nearest = self.tools.wants_nearest
        self.caption.refresh(self.view, self.tools.is_one_class, has_nearest, self._nearest.count())

    def _choose_centre(self) -> None:
        """Show the plane where the run is one of points, else the grids."""
        plane, shows = self._plane, self.shows_plane
        if plane is None or plane.isVisibleTo(self) == shows:
            return
        for widget in (self.tools, self._stage, self.caption):
            widget.setVisible(not shows)
        plane.setVisible(shows)
        self.saver.plane = plane if shows else None
        if self._cards is not None:
            self.float_over_grid(self._cards)
        if not shows:
            self.refresh()

    def _request_enlarge(self) -> None:
        self.enlargeRequested.emit(self)

    @override
    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    @override
    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if self.shows_plane:
            self.menu(None).popup(event.globalPos())
            return
        index = self.fake_grid.picture_at(self.fake_grid.mapFromGlobal(event.globalPos()).toPointF())
        self.menu(index if self.fake_grid.isVisible() else None).popup(event.globalPos())

    # Room

    def minimumSizeHint(self) -> QSize:
        """Return the size that the tools need; grids and caption take what there is."""
        tools = self._plane if self._plane is not None and self.shows_plane else self.tools
        return QSize(tools.minimumSizeHint().width() + theme.SPACE, super().minimumSizeHint().height())

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._orient_grids()
        self._update_caption()

    def _orient_grids(self) -> None:
        """Put two grids beside each other in a wide room, above each other in a tall one."""
        room = self._grids.geometry()
        is_wide = room.width() >= room.height()
        direction = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom
        if self._grids.direction() != direction:
            self._grids.setDirection(direction)
