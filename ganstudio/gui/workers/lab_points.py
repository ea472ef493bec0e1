"""Real points of the plane, drawn once for as long as they stay the same."""

from functools import lru_cache
from pathlib import Path

from ganstudio.data.points import drawings, sets
from ganstudio.data.points.edits import Edit
from ganstudio.gui.workers.lab_requests import PlaneRequest
from ganstudio.plots.plane_layers import Points


def real_points(request: PlaneRequest) -> Points:
    """Return the points that a run learns from, (N, 2): the same array again until its drawing or they are changed."""
    data, home, kept = request.data, request.home, request.kept
    path = kept if kept is not None and kept.is_file() else drawings.path_of(data.name, home)
    version = path.stat().st_mtime_ns if path.is_file() else 0
    return _drawn_points(data.name, data.points, home, kept, version, request.edits)


@lru_cache(maxsize=2)
def _drawn_points(
    name: str, count: int, home: Path | None, kept: Path | None, version: int, edits: tuple[Edit, ...]
) -> Points:
    return sets.draw_changed(sets.find_source(name, home, kept, edits, count), 0)[0]
