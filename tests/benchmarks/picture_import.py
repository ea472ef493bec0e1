"""Compare the reader of pictures with the bare Pillow calls that its work consists of, on one core.

    python tests/benchmarks/picture_import.py [--size 128] [--count 200] [--rounds 5] [--large 12] [FOLDER]

Without a folder it makes files in memory: photos as JPEG of 12 megapixels and of 640 x 480, PNG of 512 x 512 with and
without alpha, and sprites of 16 x 16. Of each kind both read the same files in turn: `prepare`, and a loop that opens,
drafts a JPEG, converts, resizes and turns into an array, without looking at orientation, profiles, numbers or damage.
`full` is that loop without `draft`. Prints one JSON line for each kind: pictures a second of processor time, and the
quotient.
"""

import argparse
import io
import json
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image

from ganstudio.data.pictures.decode import prepare
from ganstudio.data.pictures.fit import choose_reduction, place
from ganstudio.data.pictures.recipe import Channels, Recipe
from ganstudio.data.pictures.verdicts import PictureError

Files = list[bytes]


def photo(height: int, width: int, seed: int) -> Image.Image:
    """Return a picture with edges and some noise."""
    random = np.random.default_rng(seed)
    rough = Image.fromarray(random.integers(0, 256, (12, 16, 3), np.uint8)).resize(
        (width, height), Image.Resampling.BICUBIC
    )
    noise = Image.fromarray(random.integers(0, 256, (256, 256, 3), np.uint8)).resize((width, height))
    return Image.blend(rough, noise, 0.06)


def encoded(image: Image.Image, kind: str) -> bytes:
    file = io.BytesIO()
    image.save(file, kind)
    return file.getvalue()


def made_files(count: int, large: int) -> dict[str, Files]:
    """Return files of each kind; those of a kind repeat a few."""
    pixel_art = np.random.default_rng(0).integers(0, 2, (16, 16, 4), np.uint8) * 255
    few = {
        "jpeg 12 MP": [encoded(photo(3000, 4000, seed), "jpeg") for seed in range(2)],
        "jpeg 640x480": [encoded(photo(480, 640, seed), "jpeg") for seed in range(8)],
        "png 512x512": [encoded(photo(512, 512, seed), "png") for seed in range(4)],
        "png with alpha": [encoded(photo(512, 512, seed).convert("RGBA"), "png") for seed in range(4)],
        "sprites 16x16": [encoded(Image.fromarray(np.roll(pixel_art, seed, 0)), "png") for seed in range(16)],
    }
    return {kind: (files * count)[: large if "MP" in kind else count] for kind, files in few.items()}


def by_reader(files: Files, recipe: Recipe) -> None:
    for content in files:
        try:
            prepare(io.BytesIO(content), recipe)
        except PictureError as error:
            print(error)


def by_pillow(files: Files, recipe: Recipe, drafts: bool = True) -> None:
    mode = {Channels.GRAY: "L", Channels.RGB: "RGB", Channels.RGBA: "RGBA"}[recipe.channels]
    for content in files:
        with Image.open(io.BytesIO(content)) as image:
            placement = place(*image.size, recipe)
            box: tuple[float, ...] = placement.box
            if drafts and image.format == "JPEG":
                reduction = choose_reduction(placement)
                image.draft(None, (image.width // reduction, image.height // reduction))
                box = tuple(side / reduction for side in box)
            resized = image.convert(mode).resize((recipe.width, recipe.height), placement.method, box)  # type: ignore[arg-type]
            np.asarray(resized)


def measure(files: Files, recipe: Recipe, rounds: int) -> dict[str, float]:
    """Return pictures a second of each way: the median of rounds that take turns."""
    ways: dict[str, Callable[[], None]] = {
        "reader": lambda: by_reader(files, recipe),
        "pillow": lambda: by_pillow(files, recipe),
        "full": lambda: by_pillow(files, recipe, drafts=False),
    }
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            began = time.process_time()
            way()
            seconds[name].append(time.process_time() - began)
    return {name: len(files) / statistics.median(taken) for name, taken in seconds.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--channels", choices=list(Channels), default=Channels.RGB)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--large", type=int, default=12)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    if args.folder is None:
        kinds = made_files(args.count, args.large)
    else:
        paths = sorted(path for path in args.folder.rglob("*") if path.is_file())
        kinds = {args.folder.name: [path.read_bytes() for path in paths[: args.count]]}
    for kind, files in kinds.items():
        side = 16 if kind.startswith("sprites") else args.size
        speeds = measure(files, Recipe(side, side, Channels(args.channels)), args.rounds)
        quotient = speeds["reader"] / speeds["pillow"]
        rounded = {name: round(speed, 1) for name, speed in speeds.items()}
        print(json.dumps({"kind": kind, "files": len(files), **rounded, "reader/pillow": round(quotient, 3)}))


if __name__ == "__main__":
    main()
