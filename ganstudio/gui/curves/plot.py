"""Plot of the curves panel, with a legend that toggles its lines and shows their values."""

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QToolTip, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio.gui.curves import plot_tips, style
from ganstudio.gui.curves.legend import LegendButton
from ganstudio.gui.curves.plot_drawing import PlotDrawing
from ganstudio.gui.curves.plot_view import AXIS_HEIGHT, AXIS_WIDTH, PlotView
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.plots.curve_data import Curves, Floats
from ganstudio.plots.specs import PlotSpec

_FRACTIONS_WIDTH = 44  # px of the numbers of fractions at the right


class Plot(QWidget):
    """Title and legend of a plot over the area that it is drawn in."""

    toggled = Signal()  # a line was shown or hidden
    logScaleHintChanged = Signal()

    def __init__(self, spec: PlotSpec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.spec = spec
        self.view = PlotView(spec.object_name, spec.title, self)
        self.drawing = PlotDrawing(spec, self.view)
        self.log_scale_hint = ""  # the range in view, where a logarithmic scale would show more
        self._entries = {line.column: LegendButton(line, spec.widest_values(line), self) for line in spec.lines}
        self.title = Label(spec.title, self)
        self.note = Label("", self)  # over the area
        self._alarm = ""
        self._known: frozenset[str] = frozenset()  # columns of optional lines that have values
        self._points = False  # whether the run is one of points
        self._dress: tuple[theme.Palette, str] | None = None  # colours and font that it was last drawn with
        self._lay_out()
        self.restyle()

    def _lay_out(self) -> None:
        self.title.setProperty("muted", True)
        self.title.setProperty("small", True)
        self.title.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)  # gives way to the legend
        header = QHBoxLayout()
        header.setContentsMargins(0, 0, 0, 0)
        header.setSpacing(theme.SPACE // 2)
        header.addWidget(self.title, 1)
        for button in self._entries.values():
            button.toggled.connect(self.toggled)
            header.addWidget(button)
        self._show_optional(self._known)
        self._set_up_note()
        area = QGridLayout()
        area.addWidget(self.view, 0, 0)
        area.addWidget(self.note, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(header)
        column.addLayout(area, 1)

    def _set_up_note(self) -> None:
        self.note.setProperty("muted", True)
        self.note.setProperty("small", True)
        right = _FRACTIONS_WIDTH if self.spec.has_fractions else theme.SPACE
        self.note.setContentsMargins(AXIS_WIDTH + theme.SPACE, 0, right, AXIS_HEIGHT)
        self.note.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.note.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Ignored)
        self.note.setWordWrap(True)
        self.note.hide()

    # Legend

    @property
    def legend(self) -> dict[str, LegendButton]:
        """Entries of the run's lines, of optional ones as well, by column."""
        return {line.column: self._entries[line.column] for line in self.spec.lines_for(self._points)}

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit_legend()

    def fit_legend(self) -> None:
        """Show names and values in full if there is room, else short names, else values below; the title gives way.

        So do optional lines, where not even that is enough.
        """
        self._show_optional(self._known)
        for short, below in ((False, False), (True, False), (True, True)):
            for button in self.legend.values():
                button.shorten(short, below)
            if self._legend_width() <= self.width():
                break
        else:
            self._show_optional(frozenset())
        self.title.setVisible(self.width() - self._legend_width() >= self.title.sizeHint().width())

    def _legend_width(self) -> int:
        shown = (button for button in self.legend.values() if not button.isHidden())
        return sum(button.sizeHint().width() + theme.SPACE // 2 for button in shown)

    def _show_optional(self, columns: frozenset[str]) -> None:
        """Show the entries of the run's lines, of optional ones only those whose columns are among these."""
        run = self.spec.lines_for(self._points)
        for line in self.spec.lines:
            self._entries[line.column].setHidden(line not in run or (line.optional and line.column not in columns))

    def set_points(self, points: bool) -> None:
        """Set whether the run is one of points, and show the entries of its lines."""
        if points != self._points:
            self._points = points
            self.fit_legend()

    def shown_columns(self) -> list[str]:
        """Return the columns of the lines that are shown."""
        return [column for column, button in self.legend.items() if button.isChecked()]

    def show_values(self, curves: Curves, index: int | None) -> None:
        """Show the values at an index in the legend; None: there are none."""
        lines = self.spec.lines_for(self._points)
        known = frozenset(line.column for line in lines if line.optional and curves[line.column].is_known)
        grown, self._known = known != self._known, known
        for line in lines:
            value, stale = (float("nan"), False) if index is None else curves[line.column].latest_known(index)
            button = self._entries[line.column]
            before = button.sizeHint()
            button.set_value(self.spec.format_value(value, line), stale)
            if button.sizeHint() != before:
                button.updateGeometry()
                grown = True
        if grown:
            self.fit_legend()

    # Text

    def explain(self, loss: str, calm: bool = True) -> None:
        """Set the tooltips, and the note of a plot that is not defined.

        Parameters
        ----------
        loss
            Name of the objective.
        calm
            Whether the losses are within their range.
        """
        self.title.setToolTip(plot_tips.plot_tip(self.spec, loss, calm))
        for button in self._entries.values():
            button.explain(plot_tips.meaning(self.spec, loss))
        self.set_note(self.spec.why_undefined(loss))

    def set_note(self, text: str) -> None:
        """Set what is shown where nothing is drawn."""
        self.note.setText(text)

    def set_alarm(self, text: str) -> None:
        """Set what the title says in the colour of alarm; "": there is no alarm."""
        if text != self._alarm:
            self._alarm = text
            self.title.setText(text or self.spec.title)
            self.title.setProperty("alarm", bool(text))
            self.title.style().polish(self.title)
            self.fit_legend()

    def show_tip(self, text: str, position: QPointF) -> None:
        """Show a tooltip at a position on the screen, or hide it if there is no text."""
        QToolTip.showText(position.toPoint(), as_tip(text), self.view)

    # Drawing

    def draw(self, curves: Curves, x: Floats) -> None:
        """Draw what is in view of the curves; `x`, (N,), is where their values are."""
        columns = self.shown_columns()
        shown = self.drawing.draw(curves, x, columns)
        is_noted = not shown and bool(self.note.text())
        self.note.setVisible(is_noted)
        self.drawing.show_equilibrium(not is_noted)
        hint = self.drawing.log_scale_hint(columns)
        if hint != self.log_scale_hint:
            self.log_scale_hint = hint
            self.logScaleHintChanged.emit()

    def restyle(self) -> None:
        """Take the theme's colours, unless it has them: Qt announces a palette whenever a panel changes its parent."""
        font = style.small_font(self.font())
        dress = theme.current(), font.key()
        if dress != self._dress:
            self._dress = dress
            self.drawing.restyle(font)
