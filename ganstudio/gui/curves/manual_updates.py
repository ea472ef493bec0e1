"""Description of what updates by hand changed."""

from ganstudio.events import ByHand
from ganstudio.text import format_number

_NAMES = {"d": "D step", "g": "G step", "round": "round"}
_ARROW = "\N{RIGHTWARDS ARROW}"
_FIGURES = {"d": ("d_real", "d_fake"), "g": ("d_fake", "g_loss"), "round": ("d_real", "d_fake")}  # what an update moves
_LABELS = {"d_real": "D(x)", "d_fake": "D(G(z))", "d_loss": "loss of D", "g_loss": "loss of G"}


def describe_updates(mark: ByHand) -> str:
    """Return what a series of updates changed: "D step: D(x) 0.530 → 0.560, D(G(z)) 0.460 → 0.410"."""
    name = _NAMES[mark.what]
    title = name[0].upper() + name[1:] if mark.count == 1 else f"{mark.count:,} {name}s"
    changes = [
        f"{_LABELS[figure]} {format_number(old)} {_ARROW} {format_number(new)}"
        for figure in _FIGURES[mark.what]
        if (old := getattr(mark.began, figure)) is not None and (new := getattr(mark.after, figure)) is not None
    ]
    return f"{title}: {', '.join(changes)}" if changes else title
