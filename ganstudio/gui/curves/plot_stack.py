"""Plots of the panel above each other: which are shown, and what they have in common."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QToolButton, QWidget

from ganstudio.gui.curves.class_histogram import ClassHistogram
from ganstudio.gui.curves.plot import Plot
from ganstudio.gui.curves.plot_buttons import PlotButtons
from ganstudio.gui.curves.plot_tips import plot_tip
from ganstudio.gui.widgets.rich_text import bold, wrapped
from ganstudio.plots.specs import QUALITY, SPECS

_QUALITY = SPECS.index(QUALITY)
_JOINING_HEIGHT = 88  # px of each plot, from which on one with something new joins the others


class PlotStack(QObject):
    """All plots with their buttons, the histogram of classes below them, and the button of the logarithmic scale."""

    MIN_PLOT_HEIGHT = 72  # px of a plot with its legend
    CHROME_HEIGHT = 60  # px of the panel above and below the plots

    changed = Signal()  # the user chose which plots to show
    logToggled = Signal()

    def __init__(self, panel: QWidget) -> None:
        super().__init__(panel)
        self.plots = [Plot(spec, panel) for spec in SPECS]
        self.buttons = PlotButtons(SPECS, panel)
        self.histogram = ClassHistogram(panel)
        self.log_button = QToolButton(panel)
        self._measured = False
        self._has_classes = True
        self._enlarged: Plot | None = None
        self._set_up_log_button()
        self.buttons.changed.connect(self._choose)
        self.log_button.toggled.connect(self._set_log)
        for plot in self.plots:
            plot.logScaleHintChanged.connect(self._hint_log_scale)
            plot.view.axisWidthWanted.connect(self._align)

    def _set_up_log_button(self) -> None:
        self.log_button.setText("log")
        self.log_button.setCheckable(True)
        self.log_button.setProperty("small", True)
        self.log_button.setObjectName("logScaleButton")
        self.log_button.setAccessibleName("logarithmic losses and distance")
        self._hint_log_scale()

    # Which are shown

    @property
    def quality_plot(self) -> Plot:
        """The plot of the measured quality."""
        return self.plots[_QUALITY]

    def shown_plots(self) -> list[Plot]:
        """Return the plots that are shown, from the top."""
        return [plot for plot in self.plots if not plot.isHidden()]

    def set_measured(self, measured: bool) -> bool:
        """Set whether the run was measured; return whether that changed."""
        self._measured = measured
        return self.buttons.set_has_content(_QUALITY, measured)

    def enlarge(self, plot: Plot | None) -> None:
        """Show one plot alone; None: the chosen ones."""
        self._enlarged = plot

    def fit(self, height: int) -> bool:
        """Show as many of the chosen plots as fit into `height` px, those that were chosen last before others.

        Returns
        -------
        bool
            Whether the plot of the quality is shown.
        """
        count = height // self.MIN_PLOT_HEIGHT
        if not self.buttons.user_chose and height < len(self.plots) * _JOINING_HEIGHT + self.histogram.height():
            count = min(count, len(self.plots) - 1)  # the quality joins the others only where there is enough room
        shown = self.buttons.fit(count)
        if self._enlarged is not None:
            shown = {self.plots.index(self._enlarged)}
        room_left = height - len(shown) * self.MIN_PLOT_HEIGHT
        has_bars = _QUALITY in shown and self._measured and self._has_classes
        self.histogram.setVisible(has_bars and room_left >= self.histogram.height())
        lowest = max(shown)
        right_width = max(self.plots[index].drawing.right_width() for index in shown)
        for index, plot in enumerate(self.plots):
            plot.setVisible(index in shown)
            plot.view.show_x_axis(index == lowest)
            plot.view.set_right_margin(right_width)
        self._align()
        return _QUALITY in shown

    def _choose(self) -> None:
        self._enlarged = None
        self.changed.emit()

    # What they have in common

    def _align(self) -> None:
        """Make all numbers along y as wide as the widest, so that the x axes line up."""
        width = max(plot.view.wanted_axis_width for plot in self.shown_plots() or self.plots)
        for plot in self.plots:
            plot.view.set_axis_width(width)

    def set_points(self, points: bool) -> None:
        """Set whether the run is one of points, whose classes nobody counts."""
        self._has_classes = not points
        for plot in self.plots:
            plot.set_points(points)

    def explain(self, loss: str, calm: bool) -> None:
        """Set the tooltips of plots and buttons; see `Plot.explain`."""
        for plot, button in zip(self.plots, self.buttons.buttons, strict=True):
            plot.explain(loss, calm)
            button.setToolTip(plot_tip(plot.spec, loss, calm))

    def _set_log(self, log: bool) -> None:
        for plot in self.plots:
            plot.drawing.set_log(log)
        self.logToggled.emit()

    def _hint_log_scale(self) -> None:
        """Highlight the button where a logarithmic scale would show more than is seen."""
        hint = next((plot.log_scale_hint for plot in self.shown_plots() if plot.log_scale_hint), "")
        reason = bold(f"The values in view range from {hint}: a logarithmic scale shows them all.") if hint else ""
        self.log_button.setToolTip(
            wrapped("Shows the losses and the distance of the measured quality on a logarithmic scale.", reason)
        )
        if bool(hint) != bool(self.log_button.property("offered")):
            self.log_button.setProperty("offered", bool(hint))
            self.log_button.style().polish(self.log_button)
