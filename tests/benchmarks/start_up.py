"""Measure the time from the command to the painted window.

    python tests/benchmarks/start_up.py [--rounds 5]

Starts `ganstudio` on a virtual screen, takes screenshots until they show the set-up panel and the curves, and closes
the program. Prints one JSON line with the seconds of each round. One more round before them fills the file cache; it
is not counted.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

from PIL import Image, ImageGrab
from screen import display

STRIPS = (0.1, 0.9)  # fractions of the screen's width: the set-up panel, the curves
STRIP_WIDTH = 80  # px
MAX_SECONDS = 60.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    os.environ.pop("DISPLAY", None)  # a screen without other windows
    with display(), tempfile.TemporaryDirectory() as place:
        os.environ |= {"XDG_CONFIG_HOME": place, "GANSTUDIO_RUNS": place, "QT_QPA_PLATFORM": "xcb"}
        seconds = [measure_start() for _ in range(args.rounds + 1)][1:]
    report = {
        "painted_after_s": [round(value, 2) for value in seconds],
        "median_s": round(statistics.median(seconds), 2),
        "max_s": round(max(seconds), 2),
    }
    print(json.dumps(report))


def measure_start() -> float:
    """Start the program once and return the seconds until its window was painted."""
    began = time.perf_counter()
    program = subprocess.Popen([sys.executable, "-m", "ganstudio"])
    try:
        while not is_painted(ImageGrab.grab(xdisplay=os.environ["DISPLAY"])):
            if program.poll() is not None or time.perf_counter() - began > MAX_SECONDS:
                raise SystemExit("The window did not open.")
            time.sleep(0.02)
        return time.perf_counter() - began
    finally:
        program.terminate()
        program.wait(MAX_SECONDS)


def is_painted(screen: Image.Image) -> bool:
    """Return whether both sides of the screen show text and lines."""
    return all(count_colors(screen, x) > 20 for x in STRIPS)


def count_colors(screen: Image.Image, x: float) -> int:
    """Return the number of colours in a vertical strip around a fraction of the screen's width."""
    left = int(screen.width * x) - STRIP_WIDTH // 2
    strip = screen.crop((left, 0, left + STRIP_WIDTH, screen.height))
    return len(strip.getcolors(strip.width * strip.height) or ())


if __name__ == "__main__":
    main()
