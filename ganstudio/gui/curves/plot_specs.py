"""What the plots of the curves panel show: their lines, colours, limits and words."""

import math
from dataclasses import dataclass

from ganstudio.gui import text
from ganstudio.gui.model.viewing import EN_DASH, percent
from ganstudio.gui.widgets.tooltips import plain, wrapped
from ganstudio.objectives import OBJECTIVES


@dataclass(frozen=True)
class Line:
    """A curve: a column of the history, its name and colour in the theme."""

    column: str
    name: str
    colour: str
    help: str
    dashed: bool = False
    formula: bool = False  # its name is set in italics
    short: str = ""  # its name where there is little room
    share: bool = False  # drawn from 0 to 100 % of the height, whatever the other lines need
    marker: str = "dot"  # what stands at each point where they are few: "dot", "triangle", "diamond", "square"


@dataclass(frozen=True)
class Spec:
    """What a plot shows."""

    object_name: str
    title: str
    short: str  # on the button that shows and hides it
    help: str
    lines: tuple[Line, ...]
    shortest: str = ""  # on the button where there is little room
    limits: tuple[float, float] | None = None  # of y; None: what the lines need
    equilibrium: float | None = None
    equilibrium_name: str = ""
    percent: bool = False
    at_balance: str = ""  # what its middle says while the losses are calm, in rich text
    of_opinion: bool = False  # what it means depends on what D(x) means under the loss
    needs_probability: bool = False
    of_measures: bool = False  # its lines are read from the measures, not from the ticks
    log: bool = False  # may be shown on a logarithmic scale

    def undefined(self, loss: str) -> str:
        """Why there is nothing to show under a loss; "" if there is."""
        if not self.needs_probability or loss not in OBJECTIVES or OBJECTIVES[loss].probability:
            return ""
        return f"Not defined for the {loss} loss, where D(x) is no probability."

    def meaning(self, loss: str) -> str:
        """What D(x), and all that is counted from it, means under a loss, as rich text; "" where it does not matter."""
        if not self.of_opinion or loss not in OBJECTIVES:
            return ""
        return f"<b>{loss}</b>: {plain(OBJECTIVES[loss].explain)}"

    def tip(self, loss: str, calm: bool = True) -> str:
        """Tooltip: what is shown, and what that means under a loss, while the losses are calm or not."""
        balance = self.at_balance if calm else (_NOT_CALM if self.at_balance else "")
        return wrapped(f"<b>{self.title}</b>", self.help, balance, self.meaning(loss), plain(self.undefined(loss)))

    def words(self, value: float, line: Line | None = None) -> str:
        """A value of a line as it is read to a person; a dash where there is none."""
        if math.isnan(value):
            return EN_DASH
        if math.isfinite(value) and (self.percent or (line is not None and line.share)):
            return percent(value)
        return text.readable(value)

    def widest(self, line: Line) -> tuple[str, ...]:
        """Values of a line of which one takes as much room as any."""
        if self.percent or line.share:
            return (percent(1),)
        return ("0.888",) if self.limits is not None else text.widest(negative=not self.of_measures)


_D, _G, _DX, _DGZ = "<i>D</i>", "<i>G</i>", "<i>D</i>(<i>x</i>)", "<i>D</i>(<i>G</i>(<i>z</i>))"
_MEAN_X, _MEAN_Z = "E<sub><i>x</i></sub>", "E<sub><i>z</i></sub>"
_NOT_CALM = (
    "<b>The losses have left their range, so this says nothing about the pictures now</b>: a network that has broken "
    "down also guesses."
)


def _formula(text: str) -> str:
    """A formula on a line of its own, large."""
    return f"<br><span style='font-size: 15px'>{text}</span>"


SPECS = (
    Spec(
        "lossPlot",
        "Loss",
        "loss",
        "What each network tries to make small. In a GAN the two pull against each other: a falling loss means that "
        "its network is winning, not that the pictures are good. Losses that go up and down around a level are "
        "healthy; a sudden rise of a hundredfold means that the training has broken down.",
        (
            Line("d_loss", "D", "d_loss", f"Loss of the discriminator {_D}: mean of its updates since the last point."),
            Line(
                "g_loss",
                "G",
                "g_loss",
                f"Loss of the generator {_G}: mean of its updates since the last point.",
                dashed=True,
            ),
        ),
        log=True,
    ),
    Spec(
        "accuracyPlot",
        "Accuracy",
        "accuracy",
        f"How often the discriminator {_D} is right. Near 100 % it has won, and the generator learns little.",
        (
            Line("d_acc_real", "real", "real", f"Share of real pictures that {_D} takes for real: {_DX} &gt; 0.5."),
            Line("d_acc_fake", "fake", "fake", f"Share of fakes that {_D} takes for fakes: {_DGZ} &lt; 0.5."),
            Line("d_acc", "both", "text", "Mean of both.", dashed=True),
        ),
        limits=(0.0, 1.0),
        equilibrium=0.5,
        percent=True,
        shortest="acc.",
        at_balance=f"At 50 %, while the losses are calm, {_D} can only guess: to it the fakes look like the data.",
        of_opinion=True,
    ),
    Spec(
        "probabilityPlot",
        "D(x)",
        "D(x)",
        f"How real the discriminator {_D} thinks pictures are, on average: 1 is surely real, 0 surely fake. {_DX} is "
        f"of real pictures <i>x</i>, {_DGZ} of fakes, which {_G} makes from noise <i>z</i>.",
        (
            Line("d_real", "D(x)", "real", f"Mean {_DX} of real pictures <i>x</i>.", formula=True),
            Line("d_fake", "D(G(z))", "fake", f"Mean {_DGZ} of fakes.", formula=True),
        ),
        limits=(0.0, 1.0),
        equilibrium=0.5,
        at_balance=f"While the losses are calm, both lines meet at 0.5 when {_D} can no longer tell them apart.",
        of_opinion=True,
    ),
    Spec(
        "valuePlot",
        "V(D, G)",
        "V(D, G)",
        f"The value of the game: {_D} makes it large, {_G} makes it small."
        + _formula(f"<i>V</i>(<i>D</i>, <i>G</i>) = {_MEAN_X}[log {_DX}] + {_MEAN_Z}[log(1 &minus; {_DGZ})]"),
        (
            Line(
                "value",
                "V(D, G)",
                "text",
                f"Mean of log {_DX} over real pictures, plus mean of log(1 &minus; {_DGZ}) over fakes. 0 is the most "
                "that it can be: D is always right, and sure of it.",
                formula=True,
            ),
        ),
        equilibrium=-math.log(4),
        equilibrium_name="\N{MINUS SIGN}log 4",
        shortest="V",
        at_balance="If both play perfectly it rests at &minus;log 4 &asymp; &minus;1.39, the dotted line.",
        needs_probability=True,
    ),
    Spec(
        "qualityPlot",
        "Quality",
        "quality",
        "How good the pictures are, measured now and then on a few thousand of them. A low distance (FCD) with high "
        "precision and high recall means that they look real and are as varied as the data.",
        (
            Line(
                "fcd",
                "FCD",
                "text",
                "Fr&eacute;chet classifier distance: how far the fakes, as a whole, are from real pictures, judged "
                "by what a classifier sees in them. Lower is better; compare it only between measurements by the "
                "same classifier.",
            ),
            Line(
                "precision",
                "precision",
                "fake",
                "Share of fakes that lie among the real pictures: how many look real.",
                short="prec.",
                share=True,
                marker="triangle",
            ),
            Line(
                "recall",
                "recall",
                "real",
                "Share of real pictures that lie among the fakes: how much of the data's variety is covered.",
                short="rec.",
                share=True,
                marker="diamond",
            ),
            Line(
                "coverage",
                "coverage",
                "real",
                "Share of real pictures with a fake close by. Like recall, but a few odd fakes do not flatter it.",
                dashed=True,
                short="cov.",
                share=True,
                marker="square",
            ),
        ),
        of_measures=True,
        shortest="qual.",
        log=True,
    ),
)


def columns_of(specs: tuple[Spec, ...], of_measures: bool) -> tuple[str, ...]:
    """Columns that the lines of the plots of ticks, or of measures, are read from."""
    return tuple(dict.fromkeys(line.column for spec in specs if spec.of_measures == of_measures for line in spec.lines))
