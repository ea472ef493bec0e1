"""Legend of the lab: what the colours and signs mean that are shown, and of which step they are."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from ganstudio.gui.lab import painting
from ganstudio.gui.lab.contents import Contents
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.fitting_label import FittingLabel
from ganstudio.gui.widgets.rich_text import RichText, rich
from ganstudio.plots.plane import Layer
from ganstudio.text import SQUARE

_ROUND = "\N{BLACK CIRCLE}"
_LINE = "\N{EM DASH}"
_ARROW = "\N{RIGHTWARDS ARROW}"
_HATCHED = "\N{SQUARE WITH UPPER RIGHT TO LOWER LEFT FILL}"

_MAP_TEXTS = {  # what the two colours mean and the line, in more words and in fewer
    Layer.OPINION: (("D: fake", "real", "undecided"), ("D: fake", "real", "")),
    Layer.OPTIMAL: (("best D: fake", "real", "undecided"), ("best D: fake", "real", "")),
    Layer.LAG: (("D too low", "too high", "as the best D"), ("D low", "high", "")),
    Layer.UNITS: (("unit below 0", "above 0", "where it switches"), ("unit < 0", "> 0", "")),
}


class LabLegend(FittingLabel):
    """Legend of the layers that are shown, in as many words as there is room for.

    Parameters
    ----------
    parent
        Qt's parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("labLegend")
        self.setProperty("muted", True)
        self.setProperty("small", True)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)

    def show_for(self, layers: frozenset[Layer], contents: Contents) -> None:
        """Explain layers, as far as they are in a plane."""
        entries, brief = (_entries(layers, contents, short) for short in (False, True))
        self.say(_join(entries), _join(brief), _join(brief[:2]), tip=_join(entries))


def _join(entries: list[RichText]) -> RichText:
    return RichText("&nbsp; ".join(entries))


def _entries(layers: frozenset[Layer], contents: Contents, short: bool) -> list[RichText]:
    """Return what is said of each layer."""
    palette = theme.current()
    entries = []
    if Layer.REAL in layers:
        entries.append(_entry(palette.real, _ROUND, "real"))
    if contents.step is None:
        return entries
    if Layer.FAKE in layers:
        entries.append(_entry(palette.fake, SQUARE, "fake" if short else f"fake at step {contents.step:,}"))
    if contents.why_no_d:
        entries.append(rich("{}", "no D" if short else contents.why_no_d))
    shown = contents.map_layer
    if shown is not None and shown in layers:
        low, high, middle = _MAP_TEXTS[shown][short]
        if shown is Layer.UNITS:
            low = low.replace("unit", f"unit {contents.unit + 1}")
        colours = painting.map_colours(shown)
        entries += [_entry(colours.low, SQUARE, low), _entry(colours.high, SQUARE, high)]
        entries += [_entry(palette.text, _LINE, middle)] if middle else []
    if Layer.MANIFOLD in layers and contents.folded is not None:
        entries.append(_entry(palette.g_loss, SQUARE, "G(z)" if short else "G of a grid of z"))
        if contents.folded:
            entries.append(_entry(palette.alarm, _HATCHED, "folded" if short else f"{contents.folded} folded"))
    if Layer.TRACES in layers and contents.has_traces:
        entries.append(_entry(palette.fake, _LINE, "traces"))
    if layers & set(contents.arrow_layers):
        entries.append(_entry(palette.text, _ARROW, "G's push" if Layer.PUSH in layers else "D's slope"))
    return entries


def _entry(colour: str, sign: str, text: str) -> RichText:
    return rich('<span style="color: {}">{}</span> {}', colour, sign, text)
