"""Rounds of small runs of points, recorded."""

from typing import Any

from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.events import ManualUpdate, RoundRecorded
from ganstudio.round_record import RoundRecord
from ganstudio.training.trainer import Trainer

POINTS = {
    "network.name": "points",
    "network.z_size": 2,
    "network.g_width": 8,
    "network.d_width": 8,
    "data.name": "lab-ring-8",
    "data.size": 64,
    "data.channels": 3,
    "data.points": 60,
    "optimizer.batch_size": 20,
    "engine.device": "cpu",
    "engine.threads": 1,
    "engine.precision": "float32",
    "steps": 50,
}


def points(**changes: Any) -> Trainer:
    """Trainer of a run of points; `changes` by dotted name, with __ for the dot."""
    made = cfg.RunConfig()
    for path, value in {**POINTS, **{name.replace("__", "."): value for name, value in changes.items()}}.items():
        made = cfg.change(made, path, value)
    return Trainer(made, catalog.load_for(made))


def record(trainer: Trainer) -> RoundRecord:
    """Train a round and return its record."""
    events = list(trainer.manual_update(ManualUpdate.ROUND, recorded=True))
    (recorded,) = [event for event in events if isinstance(event, RoundRecorded)]
    assert recorded.step == recorded.record.step == trainer.step
    return recorded.record
