"""Tiny runs of points."""

from ganstudio import config as cfg
from ganstudio.data import dataset_switch

SMALL = {
    "data.points": 100,
    "optimizer.batch_size": 20,
    "engine.device": "cpu",
    "engine.threads": 1,
    "engine.precision": "float32",
    "steps": 6,
    "measure.every": 0,
    "network.g_width": 8,
    "network.d_width": 8,
}


def settings(name: str, **changes: object) -> cfg.RunConfig:
    config = dataset_switch.switch_dataset(cfg.RunConfig(), name)
    for path, value in {**SMALL, **{key.replace("__", "."): value for key, value in changes.items()}}.items():
        config = cfg.change(config, path, value)
    return config
