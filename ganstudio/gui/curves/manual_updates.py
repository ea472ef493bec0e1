"""Description of what manual updates changed."""

from collections.abc import Callable

from ganstudio.events import ByHand, ManualUpdate, Standing
from ganstudio.text import format_number

_Figure = tuple[str, Callable[[Standing], float | None]]

_D_X: _Figure = ("D(x)", lambda standing: standing.d_real)
_D_G_Z: _Figure = ("D(G(z))", lambda standing: standing.d_fake)
_G_LOSS: _Figure = ("loss of G", lambda standing: standing.g_loss)
_NAMES = {ManualUpdate.D: "D step", ManualUpdate.G: "G step", ManualUpdate.ROUND: "round"}
_FIGURES = {  # what an update moves
    ManualUpdate.D: (_D_X, _D_G_Z),
    ManualUpdate.G: (_D_G_Z, _G_LOSS),
    ManualUpdate.ROUND: (_D_X, _D_G_Z),
}
_ARROW = "\N{RIGHTWARDS ARROW}"


def describe_updates(mark: ByHand) -> str:
    """Return what a series of updates changed: "D step: D(x) 0.530 → 0.560, D(G(z)) 0.460 → 0.410"."""
    name = _NAMES[mark.what]
    title = name[0].upper() + name[1:] if mark.count == 1 else f"{mark.count:,} {name}s"
    changes = [
        f"{label} {format_number(old)} {_ARROW} {format_number(new)}"
        for label, figure in _FIGURES[mark.what]
        if (old := figure(mark.began)) is not None and (new := figure(mark.after)) is not None
    ]
    return f"{title}: {', '.join(changes)}" if changes else title
