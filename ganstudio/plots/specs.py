"""Plots of a run: their lines, colours, limits and descriptions."""

import math
from dataclasses import dataclass
from enum import StrEnum

from ganstudio import text
from ganstudio.objectives import OBJECTIVES

MEASURES = ("fcd", "precision", "recall", "density", "coverage", "kl", "sure")  # figures of a `Measured` of pictures
POINT_MEASURES = ("js", "js_floor", "sw", "sw_floor", "modes", "mode_share", "hq", "mode_kl")  # those of one of points


class LineColour(StrEnum):
    """Meaning of a line; a theme has a colour for each."""

    D_LOSS = "d_loss"
    G_LOSS = "g_loss"
    REAL = "real"
    FAKE = "fake"
    TEXT = "text"


class Marker(StrEnum):
    """Shape at each value of a line with few values, which distinguishes lines of one colour."""

    DOT = "dot"
    TRIANGLE = "triangle"
    DIAMOND = "diamond"
    SQUARE = "square"  # hollow


MARKER_SIZE = 3.0  # px from a marker's centre to its edge
CORNERS: dict[Marker, tuple[tuple[float, float], ...]] = {  # around the centre, in units of the size; a dot has none
    Marker.DOT: (),
    Marker.TRIANGLE: ((0, -1.3), (1.2, 0.9), (-1.2, 0.9)),
    Marker.DIAMOND: ((0, -1.4), (1.4, 0), (0, 1.4), (-1.4, 0)),
    Marker.SQUARE: ((-1.1, -1.1), (1.1, -1.1), (1.1, 1.1), (-1.1, 1.1)),
}
HOLLOW = frozenset({Marker.SQUARE})
DOT_SIZE = 0.85  # radius of a dot, in units of the size


@dataclass(frozen=True)
class LineSpec:
    """A line of a plot: a column of the history or of the measures.

    Parameters
    ----------
    column
        Field of `Tick` or of `Measured`.
    name, short_name
        What a legend calls it; the short name is used where there is little room.
    colour
        What the line is about.
    help
        Description, as rich text.
    dashed
        Whether the line is dashed.
    formula
        Whether its name is set in italics.
    fraction
        Whether its values, 0..1, are drawn from 0 to 100 % of the height, on a scale of their own at the right.
    marker
        Shape at each value where there are few.
    optional
        Whether the legend leaves it out while the run has no values of it.
    points
        Whether it belongs to runs of points, or to those of pictures; None: to both.
    """

    column: str
    name: str
    colour: LineColour
    help: str
    dashed: bool = False
    formula: bool = False
    short_name: str = ""
    fraction: bool = False
    marker: Marker = Marker.DOT
    optional: bool = False
    points: bool | None = None


@dataclass(frozen=True)
class PlotSpec:
    """A plot: its lines, and what they mean.

    Parameters
    ----------
    object_name
        Qt's name of the plot's area.
    title, short_title, shortest_title
        Title above the plot, and on the button that shows or hides it; the shortest where there is little room.
    help
        Description, as rich text.
    lines
        What is drawn.
    limits
        Lowest and highest value of the y axis; None: what the lines need.
    equilibrium, equilibrium_name
        Where a dotted line is drawn, and what the y axis calls it.
    percent
        Whether values, 0..1, are written in percent.
    at_balance
        What the equilibrium means while the losses are calm, as rich text.
    depends_on_loss
        Whether its meaning depends on what D(x) means under the loss.
    needs_probability
        Whether it is only defined where D(x) is a probability.
    from_measures
        Whether its lines are columns of the measures instead of the history.
    log
        Whether it may have a logarithmic scale.
    """

    object_name: str
    title: str
    short_title: str
    help: str
    lines: tuple[LineSpec, ...]
    shortest_title: str = ""
    limits: tuple[float, float] | None = None
    equilibrium: float | None = None
    equilibrium_name: str = ""
    percent: bool = False
    at_balance: str = ""
    depends_on_loss: bool = False
    needs_probability: bool = False
    from_measures: bool = False
    log: bool = False

    def lines_for(self, points: bool) -> tuple[LineSpec, ...]:
        """Return the lines of a run of points, or of one of pictures."""
        return tuple(line for line in self.lines if line.points in (None, points))

    @property
    def has_fractions(self) -> bool:
        """Whether some of its lines have the scale of fractions at the right."""
        return any(line.fraction for line in self.lines)

    def why_undefined(self, loss: str) -> str:
        """Return why there is nothing to show under a loss, or "" if there is something."""
        if not self.needs_probability or loss not in OBJECTIVES or OBJECTIVES[loss].probability:
            return ""
        return f"Not defined for the {loss} loss, where D(x) is not a probability."

    def format_value(self, value: float, line: LineSpec | None = None) -> str:
        """Return a value of a line as text; a dash for nan."""
        if math.isnan(value):
            return text.EN_DASH
        if math.isfinite(value) and (self.percent or (line is not None and line.fraction)):
            return text.format_percent(value)
        return text.format_number(value)

    def widest_values(self, line: LineSpec) -> tuple[str, ...]:
        """Return texts of values of a line of which one is as wide as any."""
        if self.percent or line.fraction:
            return (text.format_percent(1),)
        return text.widest_numbers(negative=self.limits is None and not self.from_measures)


_D, _G, _DX, _DGZ = "<i>D</i>", "<i>G</i>", "<i>D</i>(<i>x</i>)", "<i>D</i>(<i>G</i>(<i>z</i>))"
_MEAN_X, _MEAN_Z = "E<sub><i>x</i></sub>", "E<sub><i>z</i></sub>"


def _formula(formula: str) -> str:
    """Return a formula on a line of its own, large."""
    return f"<br><span style='font-size: 15px'>{formula}</span>"


SPECS = (
    PlotSpec(
        "lossPlot",
        "Loss",
        "loss",
        "What each network tries to make small. In a GAN the two pull against each other: a falling loss means that "
        "its network is winning, not that the pictures are good. Losses that go up and down around a level are "
        "healthy; a sudden rise of a hundredfold means that the training has broken down.",
        (
            LineSpec(
                "d_loss",
                "D",
                LineColour.D_LOSS,
                f"Loss of the discriminator {_D}: mean of its updates since the last point.",
            ),
            LineSpec(
                "g_loss",
                "G",
                LineColour.G_LOSS,
                f"Loss of the generator {_G}: mean of its updates since the last point.",
                dashed=True,
            ),
        ),
        log=True,
    ),
    PlotSpec(
        "accuracyPlot",
        "Accuracy",
        "accuracy",
        f"How often the discriminator {_D} is right. Near 100 % it has won, and the generator learns little.",
        (
            LineSpec(
                "d_acc_real",
                "real",
                LineColour.REAL,
                f"Share of real pictures that {_D} takes for real: {_DX} &gt; 0.5.",
            ),
            LineSpec(
                "d_acc_fake", "fake", LineColour.FAKE, f"Share of fakes that {_D} takes for fakes: {_DGZ} &lt; 0.5."
            ),
            LineSpec("d_acc", "both", LineColour.TEXT, "Mean of both.", dashed=True),
            LineSpec(
                "augment_p",
                "augmented",
                LineColour.G_LOSS,
                f"Probability with which each kind of augmentation changes a picture before {_D} sees it. An adaptive "
                f"one rises while {_D} knows the training pictures by heart, and falls while it does not.",
                short_name="aug.",
                optional=True,
            ),
        ),
        limits=(0.0, 1.0),
        equilibrium=0.5,
        percent=True,
        shortest_title="acc.",
        at_balance=f"At 50 %, while the losses are calm, {_D} can only guess: it cannot tell the fakes from the data.",
        depends_on_loss=True,
    ),
    PlotSpec(
        "probabilityPlot",
        "D(x)",
        "D(x)",
        f"How real the discriminator {_D} thinks pictures are, on average: 1 is surely real, 0 surely fake. {_DX} is "
        f"of real pictures <i>x</i>, {_DGZ} of fakes, which {_G} makes from noise <i>z</i>.",
        (
            LineSpec("d_real", "D(x)", LineColour.REAL, f"Mean {_DX} of real pictures <i>x</i>.", formula=True),
            LineSpec("d_fake", "D(G(z))", LineColour.FAKE, f"Mean {_DGZ} of fakes.", formula=True),
        ),
        limits=(0.0, 1.0),
        equilibrium=0.5,
        at_balance=f"While the losses are calm, both lines meet at 0.5 when {_D} can no longer tell them apart.",
        depends_on_loss=True,
    ),
    PlotSpec(
        "valuePlot",
        "V(D, G)",
        "V(D, G)",
        f"The value of the game: {_D} makes it large, {_G} makes it small."
        + _formula(f"<i>V</i>(<i>D</i>, <i>G</i>) = {_MEAN_X}[log {_DX}] + {_MEAN_Z}[log(1 &minus; {_DGZ})]"),
        (
            LineSpec(
                "value",
                "V(D, G)",
                LineColour.TEXT,
                f"Mean of log {_DX} over real pictures, plus mean of log(1 &minus; {_DGZ}) over fakes. Its "
                "maximum is 0: D is always right, and certain.",
                formula=True,
            ),
        ),
        equilibrium=-math.log(4),
        equilibrium_name="\N{MINUS SIGN}log 4",
        shortest_title="V",
        at_balance="If both networks play perfectly it stays at &minus;log 4 &asymp; &minus;1.39, the dotted line.",
        needs_probability=True,
    ),
    PlotSpec(
        "qualityPlot",
        "Quality",
        "quality",
        "How good the pictures are, measured from time to time on a few thousand of them. A low distance (FCD) with "
        "high precision and high recall means that they look real and are as varied as the data. Of points it is a low "
        "divergence (JS), near that of real points.",
        (
            LineSpec(
                "fcd",
                "FCD",
                LineColour.TEXT,
                "Fr&eacute;chet classifier distance: how far the fakes, as a whole, are from real pictures, judged "
                "by what a classifier sees in them. Lower is better; compare it only between measurements by the "
                "same classifier.",
                points=False,
            ),
            LineSpec(
                "precision",
                "precision",
                LineColour.FAKE,
                "Share of fakes that lie among the real pictures: how many look real.",
                short_name="prec.",
                fraction=True,
                marker=Marker.TRIANGLE,
                points=False,
            ),
            LineSpec(
                "recall",
                "recall",
                LineColour.REAL,
                "Share of real pictures that lie among the fakes: how much of the data's variety is covered.",
                short_name="rec.",
                fraction=True,
                marker=Marker.DIAMOND,
                points=False,
            ),
            LineSpec(
                "coverage",
                "coverage",
                LineColour.REAL,
                "Share of real pictures with a fake close by. Like recall, but a few odd fakes do not flatter it.",
                dashed=True,
                short_name="cov.",
                fraction=True,
                marker=Marker.SQUARE,
                points=False,
            ),
            LineSpec(
                "js",
                "JS",
                LineColour.TEXT,
                "Jensen-Shannon divergence between the points made and real ones, on 32 x 32 cells of the plane, in "
                "bits: 1 if they have nothing in common. Lower is better; the line of real points is the best there "
                "is.",
                points=True,
            ),
            LineSpec(
                "js_floor",
                "JS of real points",
                LineColour.REAL,
                "What other real points have as JS: cells hold few points, so that it is not 0.",
                dashed=True,
                short_name="real",
                points=True,
            ),
            LineSpec(
                "sw",
                "SW",
                LineColour.G_LOSS,
                "Sliced Wasserstein distance: how far the points made must be moved to be real ones, seen from a "
                "direction, on average. Lower is better.",
                points=True,
            ),
            LineSpec(
                "hq",
                "on modes",
                LineColour.FAKE,
                "Share of the points made that are within 3 standard deviations of a mode of the data.",
                short_name="on m.",
                fraction=True,
                marker=Marker.TRIANGLE,
                points=True,
                optional=True,
            ),
            LineSpec(
                "mode_share",
                "modes",
                LineColour.REAL,
                "Share of the modes of the data that were found: on which there is at least one point.",
                fraction=True,
                marker=Marker.DIAMOND,
                points=True,
                optional=True,
            ),
        ),
        from_measures=True,
        shortest_title="qual.",
        log=True,
    ),
)


LOSS, ACCURACY, PROBABILITY, VALUE, QUALITY = SPECS


def columns_of(specs: tuple[PlotSpec, ...], from_measures: bool) -> tuple[str, ...]:
    """Return the columns of the measures, or else of the history, that the plots are drawn from."""
    chosen = (line.column for spec in specs if spec.from_measures == from_measures for line in spec.lines)
    return tuple(dict.fromkeys(chosen))
