"""The process that paints the plane, which also notes in a file how long each picture takes it; see `lab_frames.py`."""

import os
import time
from pathlib import Path
from typing import Any

from ganstudio.gui.lab import frame_program
from ganstudio.gui.lab.frame_program import FramePainter

FILE = "GANSTUDIO_FRAME_TIMES"  # environment variable: where a line is written for each picture, in seconds


def main() -> None:
    """Paint, and note for each picture when it was begun and when it was done, and its processor time."""
    paint = FramePainter._paint
    with Path(os.environ[FILE]).open("a", buffering=1, encoding="utf-8") as times:

        def timed_paint(self: FramePainter, *arguments: Any) -> Any:
            began, busy = time.monotonic(), time.thread_time()
            frame = paint(self, *arguments)
            if frame is not None:
                times.write(f"{began} {time.monotonic()} {time.thread_time() - busy}\n")
            return frame

        FramePainter._paint = timed_paint  # type: ignore[method-assign, assignment]
        frame_program.main()


if __name__ == "__main__":
    main()
