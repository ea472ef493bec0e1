"""Pointer over the plots: legends and footer show the values there instead of the newest ones."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QPoint, QPointF
from PySide6.QtGui import QCursor

from ganstudio.gui.curves.feed import CurveFeed
from ganstudio.gui.curves.plot import Plot
from ganstudio.gui.curves.plot_footer import PlotFooter
from ganstudio.gui.curves.quality import describe_measure
from ganstudio.gui.widgets import theme


class CurvePointer(QObject):
    """Shows what the pointer is over: values, marks and measures.

    Parameters
    ----------
    feed
        The curves.
    plots
        All plots.
    shown_plots
        Returns those that are shown.
    footer
        Shows the place on the x axis.
    """

    def __init__(
        self,
        feed: CurveFeed,
        plots: Sequence[Plot],
        shown_plots: Callable[[], Sequence[Plot]],
        footer: PlotFooter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._feed = feed
        self._shown_plots = shown_plots
        self._footer = footer
        self._x: float | None = None
        for plot in plots:
            plot.view.hovered.connect(self._hover)
            plot.view.left.connect(self.leave)

    def leave(self) -> None:
        """Show the newest values again."""
        self._x = None
        self.show_values()

    def show_values(self) -> None:
        """Show the values under the pointer, else the newest, in legends and footer."""
        pointed = self._x is not None and len(self._feed.ticks) > 0
        for plot in self._shown_plots():
            source = self._feed.source_of(plot.spec)
            index = source.nearest(self._x)
            plot.show_values(source.curves, index)
            plot.drawing.set_cursor(float(source.x()[index]) if pointed and index is not None else None)
        ticks = self._feed.ticks
        index = ticks.nearest(self._x)
        self._footer.show_position(float(ticks.x()[index]) if pointed and index is not None else None)

    def _hover(self, x: float) -> None:
        self._x = x
        self.show_values()
        plots = self._shown_plots()
        lines = [next((text for plot in plots if (text := plot.drawing.marks_near(x))), "")]
        index = self._feed.measures.nearest(x)
        over_measures = any(plot.spec.from_measures and plot.view is self.sender() for plot in plots)
        if over_measures and index is not None:
            lines.append(describe_measure(self._feed.measured[index]))
        plots[0].show_tip("\n".join(filter(None, lines)), QPointF(QCursor.pos() + QPoint(0, theme.SPACE)))
