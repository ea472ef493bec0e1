"""Records for the coach: recorded ones, small enough to be kept, and made-up ones.

    python tests/support/coach.py RUN NAME [FOLDER [STEP]]

keeps what the coach needs of a run as tests/coach/recorded/NAME.json, or in another folder beside `recorded`; all of
it, or what there was at a step.
"""

import json
import sys
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from ganstudio import config as cfg
from ganstudio.coach import of_run
from ganstudio.coach.record import JUDGED, Drift, Numbers, Record, Table
from ganstudio.config import RunConfig
from ganstudio.events import Marked, MarkKind, Measured, Tick
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.history_rows import OPTIONAL
from ganstudio.runs.series import COLUMNS, Series
from ganstudio.runs.tick_means import mean_of

RECORDED = Path(__file__).parents[1] / "coach" / "recorded"
MAX_TICKS = 130  # of a recorded run
_KEPT = ("step", "images", "epoch", "seconds", "d_loss", "g_loss", "d_loss_max", "g_loss_max", "d_acc")
KEPT = (*_KEPT, "d_real", "d_fake", "value")  # columns
GAUGES = tuple(name for name in JUDGED if name in OPTIONAL)  # columns of runs that have them
_WHOLE = ("step", "images", "memory")


def load(name: str, folder: Path = RECORDED) -> Record:
    """Return a recorded run."""
    kept = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    config = RunConfig()
    for path, value in kept["settings"].items():
        config = cfg.change(config, path, value)
    columns = kept["ticks"]
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return Record(
        series([Tick(**dict.fromkeys(COLUMNS) | row | {"memory": 0}) for row in rows]),
        config,
        [change(*each) for each in kept["changes"]],
        [measured(each.pop("step"), **each) for each in kept["measures"]],
        [Drift(*each) for each in kept["drifts"]],
        kept["checkpoints"],
        kept["total_steps"],
    )


def series(ticks: list[Tick]) -> Series:
    """Return ticks as columns."""
    found = Series()
    found.extend(ticks)
    return found


def made(config: RunConfig, count: int = 60, step: int = 20, **columns: Any) -> Record:
    """Return a record of `count` ticks, each `step` rounds long; a column is a number, or a function of the step."""
    ticks = []
    for index in range(1, count + 1):
        at = index * step
        calm = {"d_loss": 1.2, "g_loss": 0.8, "d_loss_max": 1.3, "g_loss_max": 0.9, "d_acc": 0.7}
        calm |= {
            "d_real": 0.55,
            "d_fake": 0.45,
            "value": -1.2,
            "images": at * 64,
            "epoch": at / 100,
            "seconds": at / 50,
        }
        values = {name: value(at) if callable(value) else value for name, value in (calm | columns).items()}
        ticks.append(Tick(**dict.fromkeys(COLUMNS) | values | {"step": at, "memory": 0}))
    return Record(series(ticks), config)


class _Beginning:
    """The first ticks of a history."""

    def __init__(self, ticks: Table, count: int) -> None:
        self._ticks, self._count = ticks, count

    def __len__(self) -> int:
        return self._count

    def column(self, name: str) -> Numbers:
        return self._ticks.column(name)[: self._count]


def until(record: Record, step: int) -> Record:
    """Return a record as it was at a step."""
    return replace(
        record,
        ticks=_Beginning(record.ticks, int((record.ticks.column("step") <= step).sum())),
        marks=[each for each in record.marks if each.step <= step],
        measures=[each for each in record.measures if each.step <= step],
        drifts=[each for each in record.drifts if each.end <= step],
    )


def measured(step: int, **figures: Any) -> Measured:
    """Return a measurement."""
    known = {"epoch": step / 100, "seconds": 0.1, "features": "digit-classifier", "count": 2000}
    if "classes" in figures and figures["classes"] is not None:
        figures["classes"] = tuple(figures["classes"])
    return Measured(**(known | figures | {"step": step}))


def change(step: int, path: str, old: object, new: object) -> Marked:
    """Return the mark of a change of a setting."""
    return Marked(step, MarkKind.CHANGE, cfg.describe_change(path, old, new), path, old, new)


def keep(run: RunFolder, name: str, folder: str = RECORDED.name, step: str = "") -> Path:
    """Write what the coach needs of a run, as it was at a step if one is given."""
    record, _ = of_run.read(run)
    record = until(record, int(step) if step else record.last_step)
    ticks = [tick for tick in run.history().ticks if tick.step <= record.last_step]
    size = max(1, -(-len(ticks) // MAX_TICKS))
    ticks = [mean_of(ticks[start : start + size]) for start in range(0, len(ticks), size)]
    usual = {field.name: field.default for field in fields(Measured)}
    content = {
        "settings": {
            path: new
            for path, _, new in cfg.differences(RunConfig(), run.config)
            if not path.startswith(("engine.", "output.")) and path != "begin.sha256"
        },
        "changes": [[each.step, each.path, each.old, each.new] for each in record.changes],
        "total_steps": record.total_steps,
        "checkpoints": [*record.checkpoints],
        "ticks": {
            name: [_short(getattr(tick, name), name) for tick in ticks]
            for name in (*KEPT, *GAUGES)
            if name in KEPT or any(getattr(tick, name) is not None for tick in ticks)
        },
        "measures": [
            {key: _short(value, key) for key, value in asdict(each).items() if value != usual.get(key)}
            for each in record.measures
        ],
        "drifts": [[each.start, each.end, _short(each.change)] for each in record.drifts],
    }
    path = RECORDED.parent / folder / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(content, separators=(",", ":")) + "\n", encoding="utf-8")
    return path


def _short(value: Any, name: str = "") -> Any:
    if isinstance(value, float) and np.isfinite(value) and name not in _WHOLE:
        return float(f"{value:.4g}")
    return [_short(each) for each in value] if isinstance(value, tuple) else value


if __name__ == "__main__":
    print(keep(RunFolder.open(sys.argv[1]), *sys.argv[2:]))
