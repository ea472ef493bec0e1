"""Marks, viewed step, classes and next measurement of the open run, beside its curves."""

from collections.abc import Sequence

from ganstudio.events import ByHand, Marked, MarkKind
from ganstudio.gui.curves import measure_schedule
from ganstudio.gui.curves.feed import CurveFeed
from ganstudio.gui.curves.manual_updates import describe_updates
from ganstudio.gui.curves.plot_footer import PlotFooter
from ganstudio.gui.curves.plot_stack import PlotStack
from ganstudio.gui.curves.quality import viewed_measure
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.viewing import run_config


class RunView:
    """View of what belongs to the curves of the open run, in the plots and below them."""

    def __init__(self, model: RunModel, feed: CurveFeed, stack: PlotStack, footer: PlotFooter) -> None:
        self._model = model
        self._feed = feed
        self._stack = stack
        self._footer = footer
        self.findings: Sequence[Marked] = ()  # marks of what the coach found

    def show(self) -> None:
        """Update everything."""
        ticks = self._feed.ticks
        # What the coach finds now is marked where it began; the history has it where it was found.
        shown = [mark for mark in self._model.marks if mark.kind != MarkKind.FINDING]
        marks = [(ticks.x_of(mark.step), mark.kind, mark_text(mark)) for mark in (*shown, *self.findings)]
        viewed = None if self._model.viewed_step is None else ticks.x_of(self._model.viewed_step)
        for plot in self._stack.shown_plots():
            plot.drawing.set_marks(marks)
            plot.drawing.set_viewed(viewed)
        if not self._feed.measured:
            self._stack.quality_plot.set_note(measure_schedule.why_not_measured(self._model))
        self._footer.set_next_measure(measure_schedule.next_measure(self._model) if self._model.is_busy else "")
        self._stack.histogram.show_measure(viewed_measure(self._model), run_config(self._model))


def mark_text(mark: Marked) -> str:
    """Return the text of a mark under the pointer."""
    return describe_updates(mark) if isinstance(mark, ByHand) else mark.text
