"""Tooltips of plots, as rich text."""

from ganstudio.gui.widgets.rich_text import RichText, bold, rich, wrapped
from ganstudio.objectives import OBJECTIVES
from ganstudio.plots.specs import PlotSpec

_NOT_CALM = RichText(
    "<b>The losses have left their usual range, so this says nothing about the pictures now</b>: the outputs of a "
    "network that has broken down are also undecided."
)


def meaning(spec: PlotSpec, loss: str) -> str:
    """Return what D(x), and all that is derived from it, means under a loss; "" where it makes no difference."""
    if not spec.depends_on_loss or loss not in OBJECTIVES:
        return ""
    return rich("<b>{}</b>: {}", loss, OBJECTIVES[loss].explain)


def plot_tip(spec: PlotSpec, loss: str, calm: bool = True) -> str:
    """Return the tooltip of a plot.

    Parameters
    ----------
    spec
        The plot.
    loss
        Name of the objective.
    calm
        Whether the losses are within their range.
    """
    balance = spec.at_balance if calm else (_NOT_CALM if spec.at_balance else "")
    return wrapped(bold(spec.title), spec.help, balance, meaning(spec, loss), spec.why_undefined(loss))
