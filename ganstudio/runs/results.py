"""results.png: what a run learned, epoch by epoch, side by side."""

import io
import math
from pathlib import Path

from PIL import Image

from ganstudio import images
from ganstudio.data import catalog
from ganstudio.errors import RunError
from ganstudio.events import Samples
from ganstudio.picture_text import draw_text, text_width
from ganstudio.runs.folder import RunFolder
from ganstudio.system import atomic

MAX_GRIDS = 10
_MAX_PANEL = 512  # pixels: a larger grid is shrunk to this
_MIN_PANEL = 168  # pixels: a smaller grid is enlarged by a whole number to at least this
_GAP, _LABEL, _TITLE, _TEXT = 16, 34, 44, 18  # pixels
_PAPER, _INK, _FAINT = (255, 255, 255), (24, 28, 36), (110, 118, 132)


def write_results_sheet(folder: RunFolder) -> Path | None:
    """Write results.png with the grids of the reported epochs, and return its path; None if there is no grid yet.

    At most 10 grids, evenly chosen; for a run too short for a report, its newest. Raises OSError.
    """
    sheet = render(folder)
    if sheet is None:
        return None
    path = folder.path / "results.png"
    buffer = io.BytesIO()
    sheet.save(buffer, "png")
    atomic.write(path, [buffer.getbuffer()], durable=False)
    return path


def render(folder: RunFolder) -> Image.Image | None:
    """Draw the sheet without writing it; None if there is no grid yet."""
    samples = [grid for path in _choose(folder) if (grid := _read(folder, path)) is not None]
    if not samples:
        return None
    title = f"{folder.display_name}   \N{MIDDLE DOT}   {catalog.title_of(folder.config.data.name)}"
    return _draw(title, samples, folder.config.output.grid)


def _choose(folder: RunFolder) -> list[Path]:
    """Return the files of the grids to show; the noise at step 0 is not a result."""
    kept = folder.kept_steps()
    trained = [(step, path) for step, path in folder.samples() if step > 0]
    reported = [path for step, path in trained if step in kept] or [path for _, path in trained[-1:]]
    count = min(MAX_GRIDS, len(reported))
    return [reported[round((index + 1) * len(reported) / count) - 1] for index in range(count)]


def _read(folder: RunFolder, path: Path) -> Samples | None:
    """Read a grid; None if its file is broken: the sheet leaves it out."""
    try:
        return folder.read_samples(path)
    except RunError:
        return None


def _draw(title: str, samples: list[Samples], columns: int) -> Image.Image:
    panels = [_panel(grid, columns) for grid in samples]
    width, height = panels[0].size
    across = _GAP + max(len(panels) * (width + _GAP), int(text_width(title, _TEXT)) + _GAP)
    sheet = Image.new("RGB", (across, _TITLE + _LABEL + height + _GAP), _PAPER)
    draw_text(sheet, (_GAP, _TITLE / 2 + 4), title, _TEXT, _FAINT)
    for index, (grid, panel) in enumerate(zip(samples, panels, strict=True)):
        left = _GAP + index * (width + _GAP)
        draw_text(sheet, (left + width / 2, _TITLE + _LABEL / 2), _label(grid.epoch), _TEXT, _INK, "middle")
        sheet.paste(panel, (left, _TITLE + _LABEL))
    return sheet


def _panel(samples: Samples, columns: int) -> Image.Image:
    """Return the grid at a readable size."""
    image = Image.fromarray(images.flatten(images.tile(samples.pictures, columns))).convert("RGB")
    longest = max(image.size)
    if longest > _MAX_PANEL:
        return image.resize(
            (image.width * _MAX_PANEL // longest, image.height * _MAX_PANEL // longest), Image.Resampling.LANCZOS
        )
    factor = math.ceil(_MIN_PANEL / longest)
    return image.resize((image.width * factor, image.height * factor), Image.Resampling.NEAREST)


def _label(epoch: float) -> str:
    """Return "epoch 10", with a decimal if the run ended between two epochs."""
    return f"epoch {epoch:.0f}" if abs(epoch - round(epoch)) < 0.05 else f"epoch {epoch:.1f}"
