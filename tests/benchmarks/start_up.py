"""How long from the command to the painted window.

    python tests/benchmarks/start_up.py [--rounds 5]

Starts `ganstudio` on a virtual screen, looks at the screen until the set-up panel and the curves are on it, and closes
the program. Prints one JSON line with the seconds of each round; one before them, not counted, warms the file cache.
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

SIDES = (0.1, 0.9)  # of the screen's width: the set-up panel, the curves
LONGEST = 60.0  # seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    os.environ.pop("DISPLAY", None)  # the screen must hold nothing else
    with display(), tempfile.TemporaryDirectory() as place:
        os.environ |= {"XDG_CONFIG_HOME": place, "GANSTUDIO_RUNS": place, "QT_QPA_PLATFORM": "xcb"}
        seconds = [started() for _ in range(args.rounds + 1)][1:]
    report = {
        "painted_after_s": [round(each, 2) for each in seconds],
        "median_s": round(statistics.median(seconds), 2),
        "max_s": round(max(seconds), 2),
    }
    print(json.dumps(report))


def started() -> float:
    """Seconds from the command to the picture of one start."""
    begun = time.perf_counter()
    program = subprocess.Popen([sys.executable, "-m", "ganstudio"])
    try:
        while not painted(ImageGrab.grab(xdisplay=os.environ["DISPLAY"])):
            if program.poll() is not None or time.perf_counter() - begun > LONGEST:
                raise SystemExit("the window did not come")
            time.sleep(0.02)
        return time.perf_counter() - begun
    finally:
        program.terminate()
        program.wait(LONGEST)


def painted(screen: Image.Image) -> bool:
    """Whether there are words and lines at both sides of the screen, not a blank."""
    strips = (screen.crop((int(screen.width * x) - 40, 0, int(screen.width * x) + 40, screen.height)) for x in SIDES)
    return all(len(strip.getcolors(strip.width * strip.height) or ()) > 20 for strip in strips)


if __name__ == "__main__":
    main()
