"""Try the coach: is each fault found in runs that go wrong on purpose, how soon, and are healthy runs left in peace?

    python tests/benchmarks/coach_table.py [FOLDER] [--only collapse slow-d] [--seeds 2] [--healthy-seeds 3]
    python tests/benchmarks/coach_table.py --kind healthy --first-seed 5 --as-preset --longer 10

The runs are those of `coach_table.toml` and of the gallery (`resources/coach/gallery.toml`). Each is trained in a
process of its own, on the CPU, in one thread and float32, with the coach beside it as in `ganstudio train`, until its
processor time is spent; one that goes wrong on purpose also ends some seconds after its fault was found. Runs stay in
FOLDER, if one is given: those that are there already are not trained again, but judged anew.

All times are processor time of the whole process, the start of the program included, so that they hold on a busy
machine as well. A run is judged as it was at each second of that time, and a fault counts as told when it is in what
lasts then. An alarm is any other red or amber finding at any of these moments.

Prints a line of JSON for each run, then tables in Markdown. --keep writes what the coach needs of each run to
tests/coach/table, which the tests replay: of one that goes wrong on purpose until a little after its fault was told.
"""

import argparse
import dataclasses
import importlib
import json
import multiprocessing
import shutil
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ganstudio import config as cfg
from ganstudio import presets
from ganstudio.coach import gallery, of_run
from ganstudio.coach.explain import explain
from ganstudio.coach.finding import Severity
from ganstudio.coach.listener import Listener
from ganstudio.config import RunConfig
from ganstudio.data import catalog
from ganstudio.data.dataset import Dataset
from ganstudio.events import EndReason, Failed, Measured, Tick
from ganstudio.runs import runner
from ganstudio.runs.folder import RunFolder

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
records = importlib.import_module("support.coach")

FIXED = {"engine.device": "cpu", "engine.threads": 1, "engine.precision": "float32"}
AFTERWARDS = 4.0  # seconds for which a run goes on once its fault was found
LIMIT = 90.0  # seconds of a run of the gallery
EVERY = 1.0  # seconds between two moments at which a run is judged
ALARMS = (Severity.RED, Severity.AMBER)


@dataclasses.dataclass(frozen=True)
class Trial:
    """A run to try the coach with; `finding` is "" if it is healthy."""

    name: str
    finding: str
    seconds: float
    config: RunConfig
    later: tuple[int, str, Any] | None = None  # step, setting and value of a change while it trains
    shuffled: bool = False  # labels
    pictures: int | None = None  # of the data set; None: all


@dataclasses.dataclass(frozen=True)
class Found:
    """A fault that lasted at a moment of the run, as it was known for the first time then.

    Parameters
    ----------
    began, found
        Steps at which it began, and by which that was sure.
    step, seconds
        Step and processor time at which the run was judged: what another fault hides is told later than found.
    """

    id: str
    severity: str
    began: int
    found: int
    step: int
    seconds: float


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What came of a run."""

    name: str
    finding: str
    seed: int
    steps: int
    seconds: float
    found: tuple[Found, ...]
    error: str

    @property
    def hit(self) -> Found | None:
        """The fault that was provoked; None if it was not found."""
        return next((one for one in self.found if one.id == self.finding), None)

    @property
    def alarms(self) -> list[str]:
        """Ids of other faults that were found."""
        return [one.id for one in self.found if one.severity in ALARMS and one.id != self.finding]


def trials(as_preset: bool = False, longer: float = 1.0) -> list[Trial]:
    """Return all of them: the gallery's, the others that go wrong, the healthy ones.

    Parameters
    ----------
    as_preset
        Whether healthy runs are those of their presets, not narrower ones.
    longer
        How many times as long healthy runs are.
    """
    listed = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    found = [Trial(one.name, one.finding, LIMIT, one.config) for one in gallery.provocations()]
    for name, row in listed["provoked"].items():
        config = _changed(presets.load(row["preset"]).config, row["settings"])
        later = tuple(row["later"]) if "later" in row else None
        data = (row.get("shuffled", False), row.get("pictures"))
        found.append(Trial(name, row["finding"], row["seconds"], config, later, *data))
    for name, row in listed["healthy"].items():
        config = _changed(presets.load(name).config, {} if as_preset else row.get("settings", {}))
        found.append(Trial(name, "", longer * row["seconds"], config))
    return found


def _changed(config: RunConfig, settings: dict[str, Any]) -> RunConfig:
    for path, value in settings.items():
        config = cfg.change(config, path, value)
    return config


# ---- training ------------------------------------------------------------------------------------------------------


def train(trial: Trial, seed: int, folder: Path) -> None:
    """Train a run in `folder` and note beside it what only the training knows; in a process that does nothing else."""
    config = _changed(trial.config, FIXED | {"seed": seed})
    running = runner.start(config, _dataset(trial, config), folder)
    coach = Listener(running.folder)
    clock: list[tuple[int, float]] = []
    end, error, is_changed = trial.seconds, "", trial.later is None
    for event in running.events():
        now = time.process_time()
        coach.take(event)
        if isinstance(event, Failed):
            error = event.message
        if isinstance(event, Tick):
            clock.append((event.step, round(now, 2)))
        if not isinstance(event, Tick | Measured):
            continue
        for mark, _ in coach.news():
            running.control.note(mark)
            if mark.path == trial.finding and mark.new is None:
                end = min(end, now + AFTERWARDS)
        if trial.later is not None and not is_changed and event.step >= trial.later[0]:
            running.control.change(*trial.later[1:])
            is_changed = True
        if now > end:
            running.control.stop(EndReason.STOPPED)
    notes = {"clock": clock, "seconds": time.process_time(), "error": error}
    _notes(folder).write_text(json.dumps(notes), encoding="utf-8")


def _dataset(trial: Trial, config: RunConfig) -> Dataset:
    dataset = catalog.load_for(config)
    if config.makes_points:
        return dataset
    images, labels = dataset.images[: trial.pictures], dataset.labels[: trial.pictures]
    if trial.shuffled:
        labels = np.random.default_rng(config.seed).permutation(labels)
    return dataclasses.replace(dataset, images=images, labels=labels)


def _notes(folder: Path) -> Path:
    return folder.with_suffix(".json")


# ---- judging -------------------------------------------------------------------------------------------------------


def judge(trial: Trial, seed: int, folder: Path) -> Outcome:
    """Return what the coach finds in a finished run."""
    notes = json.loads(_notes(folder).read_text(encoding="utf-8"))
    steps, seconds = (np.array(column) for column in zip(*notes["clock"], strict=True))
    record, _ = of_run.read(RunFolder.open(folder))
    found: dict[str, Found] = {}
    for moment in _moments(seconds):
        at = int(steps[moment])
        for one in explain(records.until(record, at)):
            if one.is_open and one.id not in found:
                found[one.id] = Found(one.id, one.severity, one.began, one.found, at, float(seconds[moment]))
    whole = round(notes["seconds"], 1)
    return Outcome(trial.name, trial.finding, seed, int(steps[-1]), whole, tuple(found.values()), notes["error"])


def _moments(seconds: npt.NDArray[np.float64]) -> list[int]:
    """Return the indices of ticks at which a run is judged, with the last."""
    moments = np.searchsorted(seconds, np.arange(seconds[0], seconds[-1], EVERY))
    return sorted({*moments.tolist(), len(seconds) - 1})


def format_tables(outcomes: Sequence[Outcome]) -> str:
    """Return tables in Markdown: what goes wrong on purpose, then healthy runs."""
    return "\n".join([*_provoked_rows(outcomes), "", *_healthy_rows(outcomes)])


def _provoked_rows(outcomes: Sequence[Outcome]) -> Iterator[str]:
    yield "| goes wrong on purpose | to find | told at step | after, s | also found |"
    yield "|---|---|---|---|---|"
    for name, runs in _by_name([one for one in outcomes if one.finding]):
        hits = [one.hit for one in runs]
        cells = (
            name,
            runs[0].finding,
            _list(None if hit is None else f"{hit.step:,}" for hit in hits),
            _list(None if hit is None else f"{hit.seconds:.0f}" for hit in hits),
            "; ".join(" ".join(one.alarms) or "-" for one in runs),
        )
        yield f"| {' | '.join(cells)} |"


def _healthy_rows(outcomes: Sequence[Outcome]) -> Iterator[str]:
    yield "| healthy | seeds | steps | processor time, s | false alarms |"
    yield "|---|---|---|---|---|"
    healthy = [one for one in outcomes if not one.finding]
    for name, runs in _by_name(healthy):
        alarms = [f"{alarm} (seed {one.seed})" for one in runs for alarm in one.alarms]
        cells = (
            name,
            _list(str(one.seed) for one in runs),
            _list(f"{one.steps:,}" for one in runs),
            f"{sum(one.seconds for one in runs):.0f}",
            ", ".join(alarms) or "none",
        )
        yield f"| {' | '.join(cells)} |"
    hours = sum(one.seconds for one in healthy) / 3600
    yield f"\nhealthy: {len(healthy)} runs, {hours:.2f} hours of processor time"


def _by_name(outcomes: Sequence[Outcome]) -> Iterator[tuple[str, list[Outcome]]]:
    for name in dict.fromkeys(one.name for one in outcomes):
        yield name, [one for one in outcomes if one.name == name]


def _list(texts: Iterator[str | None]) -> str:
    return "; ".join("not found" if text is None else text for text in texts)


def keep_for_tests(outcome: Outcome, folder: Path) -> None:
    """Write what the coach needs of a run, as far as the tests replay it."""
    until_step = "" if outcome.hit is None else str(round(outcome.hit.step * 1.25) + 30)
    records.keep(RunFolder.open(folder), folder.name, "table", until_step)


# ---- all of them ---------------------------------------------------------------------------------------------------


def run(trial: Trial, seed: int, folder: Path, trains: bool = True) -> Outcome | None:
    """Train a run unless it was, and judge it; None if it was not, and is not to be."""
    if not _notes(folder).exists():
        if not trains:
            return None
        part = folder.with_suffix(".part")
        shutil.rmtree(part, ignore_errors=True)  # of an earlier start that was ended
        process = multiprocessing.get_context("spawn").Process(target=train, args=(trial, seed, part))
        process.start()
        process.join()
        if process.exitcode:
            raise SystemExit(f"{trial.name}, seed {seed}, could not be trained.")
        part.rename(folder)
    return judge(trial, seed, folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?", help="where the runs are, or will be; else they are deleted")
    parser.add_argument("--only", nargs="+", metavar="NAME", choices=[one.name for one in trials()], help="these only")
    parser.add_argument("--kind", choices=("provoked", "healthy"), help="those that go wrong, or healthy ones, only")
    parser.add_argument("--seeds", type=int, default=2, help="of each run that goes wrong")
    parser.add_argument("--healthy-seeds", type=int, default=3, help="of each healthy run")
    parser.add_argument("--first-seed", type=int, default=0, help="of all runs")
    parser.add_argument(
        "--as-preset", action="store_true", help="healthy runs with networks as wide as in their presets"
    )
    parser.add_argument(
        "--longer", type=float, default=1.0, metavar="TIMES", help="healthy runs, so many times as long"
    )
    parser.add_argument("--keep", action="store_true", help="keep what the coach needs of the runs for the tests")
    parser.add_argument("--judge", action="store_true", help="train nothing: judge the runs that are there")
    args = parser.parse_args()
    known = trials(args.as_preset, args.longer)
    chosen = [one for one in known if not args.only or one.name in args.only]
    chosen = [one for one in chosen if not args.kind or (args.kind == "provoked") == bool(one.finding)]
    outcomes = []
    with tempfile.TemporaryDirectory() as temporary:
        place = args.folder or Path(temporary)
        place.mkdir(parents=True, exist_ok=True)
        for trial in chosen:
            for number in range(args.seeds if trial.finding else args.healthy_seeds):
                seed = args.first_seed + number
                outcome = run(trial, seed, place / f"{trial.name}-{seed}", trains=not args.judge)
                if outcome is not None:
                    outcomes.append(outcome)
                    print(json.dumps(dataclasses.asdict(outcome)), flush=True)
                    if args.keep:
                        keep_for_tests(outcome, place / f"{trial.name}-{seed}")
    print(f"\n{format_tables(outcomes)}")


if __name__ == "__main__":
    main()
