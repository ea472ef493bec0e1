"""What came of a soak: counts, trends, curves, and whether the files that were written are whole."""

import csv
import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from PIL import Image, ImageDraw, ImageFont

MAX_STALL_SECONDS = 0.2  # of the event loop
WARM_UP_SECONDS = 300.0  # of a program: its imports, models and first pictures are no leak
MIN_TREND_SECONDS = 1200.0  # a shorter life shows no trend
# What the last third of a program's life may hold above the first, per hour: that factor, and that much more.
MAX_GROWTH = {
    "rss_mb": (0.10, 100.0),
    "allocated_mb": (0.10, 60.0),
    "threads": (0.0, 4.0),
    "handles": (0.0, 8.0),
    "widgets": (0.15, 200.0),
}
_MEMORY = ("rss_mb", "allocated_mb")
_CURVES = (*_MEMORY, "threads", "handles", "widgets", "wrappers")
_WIDTH, _HEIGHT, _LEFT, _GAP = 1000, 150, 70, 14  # px, of one plot; room for numbers, between plots
_LOGGED_ERROR = re.compile(r"^[-\d]+ [:,\d]+ \d+ ERROR (?P<words>.*)\n+Traceback ", re.MULTILINE)
_STALL = re.compile(
    r"^== (?P<wall>[\d.]+) s, own (?P<own>[\d.]+) s, host (?P<host>[\d.]+) s, after (?P<step>.*)$", re.MULTILINE
)


@dataclass
class Found:
    """What came of a soak; `faults` are reasons to fail."""

    figures: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def examine(home: Path, crashes: Sequence[str], idle: bool = False) -> Found:
    """Look through what the programs left in `home`; `idle`: nothing else kept the computer busy."""
    found = Found()
    found.faults += crashes
    _count_steps(home, found)
    _count_errors(home, found)
    _count_logged_errors(home, found)
    _count_stalls(home, found, idle)
    rows = [_read(each) for each in sorted(home.glob("resources-*.csv"))]
    for number, each in enumerate(rows):
        found.faults += [f"program {number}: {words}" for words in leaks(each)]
    if any(rows):
        draw(rows, home / "curves.png")
        found.figures += _extremes(rows)
    _check_files(home, found)
    return found


def leaks(rows: Sequence[dict[str, float]]) -> list[str]:
    """What grows in the life of one program, in words.

    Of memory the least counts that is held: a leak raises that, too, while a large network that is trained for a few
    minutes raises what is usual in them, and goes.
    """
    if not rows or rows[-1]["t"] < MIN_TREND_SECONDS:
        return []
    warm = [each for each in rows if each["t"] >= WARM_UP_SECONDS]
    third = len(warm) // 3
    hours = (warm[-1]["t"] - warm[0]["t"]) * 2 / 3 / 3600  # between the middles of the first and the last third
    said = []
    for name, (factor, more) in MAX_GROWTH.items():
        held = _lowest if name in _MEMORY else median
        first, last = (held([each[name] for each in part]) for part in (warm[:third], warm[-third:]))
        if last > first * (1 + factor * max(1.0, hours)) + more * max(1.0, hours):
            said.append(f"{name} grows from {first:,.0f} to {last:,.0f} in {hours:.2f} h")
    return said


def _lowest(values: Sequence[float]) -> float:
    """The tenth percentile: the lowest, but for single lines."""
    found = sorted(values)
    return found[len(found) // 10]


def _count_steps(home: Path, found: Found) -> None:
    lines = (home / "actions.jsonl").read_text(encoding="utf-8").splitlines()
    names = [json.loads(line)["do"] for line in lines]
    found.figures.append(f"programs {names.count('begin')}, steps {len(names) - names.count('begin'):,}")


def _count_errors(home: Path, found: Found) -> None:
    text = _text(home / "errors.txt")
    for kind in ("exception", "warning"):
        notes = re.findall(rf"^== {kind} after .*\n(?:.*\n)*?(?==|\Z)", text, re.MULTILINE)
        found.figures.append(f"{kind}s {len(notes)}")
        if notes:
            found.faults.append(f"{len(notes)} {kind}s, see {home / 'errors.txt'}")
    if crash := _text(home / "crash.txt").strip():
        found.faults.append(f"a crash, see {home / 'crash.txt'}: {crash.splitlines()[0]}")


def _count_logged_errors(home: Path, found: Found) -> None:
    """Each error in a thread that nobody expected: the window says it and goes on, but it is a fault of the program."""
    text = "".join(_text(each) for each in sorted(home.rglob("ganstudio.log*")))
    words = [each["words"] for each in _LOGGED_ERROR.finditer(text)]
    found.figures.append(f"errors that nobody expected, in the log: {len(words)}")
    found.faults += [f"{count} times in the log: {each}" for each, count in Counter(words).items()]


def _count_stalls(home: Path, found: Found, idle: bool) -> None:
    """Each stall by own time is a fault; by the clock only where no other program can have caused it.

    Time in which the host of a virtual machine let none of its cores run is nobody's fault in it.
    """
    stalls = [
        (float(each["wall"]), float(each["own"]), float(each["host"]), each["step"])
        for each in _STALL.finditer(_text(home / "stalls.txt"))
    ]
    own = [each for _, each, _, _ in stalls if each > MAX_STALL_SECONDS]
    of_host = [wall for wall, _, host, _ in stalls if wall - host <= MAX_STALL_SECONDS]
    longest = max((wall for wall, *_ in stalls), default=0.0)
    found.figures.append(
        f"stalls over 200 ms: {len(stalls)} by the clock (longest {longest:.2f} s; {len(of_host)} by the host), "
        f"{len(own)} by own time (longest {max(own, default=0.0):.2f} s)"
    )
    found.faults += [
        f"a stall of {wall:.2f} s, own work {work:.2f} s, after {step}: see {home / 'stalls.txt'}"
        for wall, work, host, step in stalls
        if work > MAX_STALL_SECONDS or (idle and wall - host > MAX_STALL_SECONDS)
    ]


def _check_files(home: Path, found: Found) -> None:
    """Every run that the programs left loads, and no temporary file is left."""
    from ganstudio.runs import checkpoint
    from ganstudio.runs.folder import RunFolder

    count = 0
    for file in sorted((home / "runs").glob("*/run.toml")):
        count += 1
        try:
            run = RunFolder.open(file.parent)
            run.history()
            run.label()
            for _, path in run.checkpoints():
                checkpoint.load(path)
            for _, path in run.snapshots():
                checkpoint.load_snapshot(path)
            for _, path in run.samples():
                run.read_samples(path)
        except Exception as error:
            found.faults.append(f"{file.parent} does not load: {type(error).__name__}: {error}")
    strays = [each for each in home.rglob("*.tmp") if each.is_file()]
    found.figures.append(f"runs {count}, stray files {len(strays)}")
    found.faults += [f"a temporary file was left: {each}" for each in strays]


def _extremes(rows: Sequence[Sequence[dict[str, float]]]) -> list[str]:
    whole = [row for each in rows for row in each]
    if not whole:
        return []
    return [
        f"{name}: first {whole[0][name]:,.0f}, highest {max(row[name] for row in whole):,.0f}, "
        f"last {whole[-1][name]:,.0f}"
        for name in _CURVES
    ]


def draw(programs: Sequence[Sequence[dict[str, float]]], path: Path) -> None:
    """Draw a curve for each resource; a grey line where a program ended and the next began."""
    font = ImageFont.load_default()
    picture = Image.new("RGB", (_WIDTH, (_HEIGHT + _GAP) * len(_CURVES) + _GAP), "white")
    pen = ImageDraw.Draw(picture)
    total = sum(each[-1]["t"] for each in programs if each) or 1.0
    for number, name in enumerate(_CURVES):
        top = _GAP + number * (_HEIGHT + _GAP)
        highest = max((row[name] for each in programs for row in each), default=1.0) or 1.0
        pen.rectangle((_LEFT, top, _WIDTH - 2, top + _HEIGHT), outline="#cccccc")
        pen.text((4, top), f"{name}\n{highest:,.0f}", "black", font)
        pen.text((4, top + _HEIGHT - 12), "0", "black", font)
        began = 0.0
        for each in programs:
            points = [
                (
                    _LEFT + (began + row["t"]) / total * (_WIDTH - _LEFT - 2),
                    top + _HEIGHT * (1 - row[name] / highest),
                )
                for row in each
            ]
            if len(points) > 1:
                pen.line(points, "#0072B2", 1)
            began += each[-1]["t"] if each else 0.0
            x = _LEFT + began / total * (_WIDTH - _LEFT - 2)
            pen.line((x, top, x, top + _HEIGHT), "#cccccc")
    pen.text((_LEFT, picture.height - 12), f"{total / 60:,.0f} minutes", "black", font)
    picture.save(path)


def _read(path: Path) -> list[dict[str, float]]:
    with path.open(newline="", encoding="utf-8") as file:
        return [{name: float(value) for name, value in row.items() if name != "run"} for row in csv.DictReader(file)]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
