"""A sample grid as a PNG that also says its epoch, whether it is kept and how many pictures it holds."""

import io
import math
from pathlib import Path

import numpy as np
from PIL import Image, PngImagePlugin

from ganstudio import images
from ganstudio.errors import RunError, reason
from ganstudio.events import Samples
from ganstudio.runs import places
from ganstudio.sizes import ImageSize
from ganstudio.system import atomic, reading

_MAX_PIXELS = 1 << 26  # of a grid; one of 64 x 64 pictures of 128 x 128 has as many
_FORMATS = ("PNG",)  # whatever a file is named: others, such as EPS, would be handed to other programs
_COMPRESSION = 1  # PNG compression level: early pictures are noise, which does not shrink anyway


def write(path: Path, samples: Samples, columns: int) -> None:
    """Write the grid with `columns` pictures per row. Raises OSError."""
    text = PngImagePlugin.PngInfo()
    facts = {"epoch": repr(float(samples.epoch)), "kept": str(int(samples.kept)), "count": str(len(samples.pictures))}
    for name, value in facts.items():
        text.add_text(name, value)
    buffer = io.BytesIO()
    sheet = Image.fromarray(images.unpremultiply(images.tile(samples.pictures, columns)))
    sheet.save(buffer, "png", pnginfo=text, compress_level=_COMPRESSION)
    places.make_missing_folder(path)
    atomic.write(path, [buffer.getbuffer()], durable=False)


def read(path: Path, size: ImageSize, channels: int = 3) -> Samples:
    """Read a grid of pictures of that size from a file named by its step; only with 4 channels may it have alpha.

    Raises RunError.
    """
    try:
        with reading.open_file(path) as file, Image.open(file, formats=_FORMATS) as image:
            modes = ("RGBA",) if channels == images.ALPHA_CHANNELS else ("L", "RGB")
            if image.mode not in modes or image.width * image.height > _MAX_PIXELS:
                raise ValueError(f"its pixels are {image.width:,} x {image.height:,} of mode {image.mode}")
            sheet = images.premultiply(np.array(image))
            facts = image.info
        pictures = images.untile(sheet, size)[: int(facts.get("count", sheet.size))]
        epoch = float(facts.get("epoch", 0))
        return Samples(int(path.stem), epoch if math.isfinite(epoch) else 0.0, pictures, facts.get("kept") == "1")
    except Exception as error:  # a broken picture raises nearly anything
        raise RunError(f"{path} is not a sample grid of this run: {reason(error)}.") from None


def is_kept(path: Path) -> bool:
    """Return whether the grid is never thinned out; reads the head of the file only."""
    try:
        with reading.open_file(path) as file, Image.open(file, formats=_FORMATS) as image:
            return image.info.get("kept") == "1"
    except Exception:  # a broken picture raises nearly anything
        return False
