"""What the window and the process that paints the plane say to each other.

The weights and the pictures themselves lie in memory that both see; see `frame_memory`.
"""

from dataclasses import dataclass
from typing import Any

from ganstudio.gui.lab.contents import Contents
from ganstudio.plots.plane import Layer


@dataclass(frozen=True)
class Beginning:
    """What the process is told first.

    Parameters
    ----------
    weights
        Name of the memory of the weights.
    G, D
        Numbers of each network.
    """

    weights: str
    G: int
    D: int


@dataclass(frozen=True)
class Scene:
    """What is to be painted from now on.

    Parameters
    ----------
    number
        Tells scenes apart.
    config
        Settings of the run, as a mapping.
    home, kept
        Folder of the data sets, and the drawing that the run keeps; None: the usual one, and there is none.
    edits
        How the points were changed by hand, as plain values.
    layers
        What is shown.
    view
        Width, height, x, y and zoom of the view.
    ratio
        Pixels of each px.
    rows, columns
        Cells of maps.
    unit_layer, unit
        Which hidden units are shown, and which one in the plane; None: none is.
    units_side, units_ground
        Side of each small map of a hidden unit, px, and the colour around them.
    theme
        Name of the colours.
    pictures, picture_bytes
        Name of the memory of the pictures, and the bytes for each.
    slot
        Which of the pictures in memory are those of this scene.
    """

    number: int
    config: dict[str, Any]
    home: str | None
    kept: str | None
    edits: list[Any]
    layers: tuple[Layer, ...]
    view: tuple[float, float, float, float, float]
    ratio: float
    rows: int
    columns: int
    unit_layer: int
    unit: int | None
    units_side: float
    units_ground: str
    theme: str
    pictures: str
    picture_bytes: int
    slot: int


@dataclass(frozen=True)
class Order:
    """What the process is told then. The looks at the networks it finds in memory.

    Parameters
    ----------
    scene
        Another scene that is wanted; None: it stays.
    is_watched
        Whether looks come, and are to be painted.
    """

    scene: Scene | None = None
    is_watched: bool = True


@dataclass(frozen=True)
class UnitsShown:
    """Small maps of hidden units, as a picture of one below the other.

    Parameters
    ----------
    shown
        How many maps there are.
    layer, layers
        The layer's number, from 0, and how many there are.
    count
        How many units the layer has.
    """

    shown: int
    layer: int
    layers: int
    count: int


@dataclass(frozen=True)
class Frame:
    """What there is to see in the newest picture; this is said of the first one of a scene, and now and then after it.

    Parameters
    ----------
    scene
        Number of its scene.
    width, height
        Pixels.
    contents
        What there is to see.
    units, units_width, units_height
        Small maps of hidden units, if they are wanted, and the pixels of their picture.
    """

    scene: int
    width: int
    height: int
    contents: Contents
    units: UnitsShown | None = None
    units_width: int = 0
    units_height: int = 0
