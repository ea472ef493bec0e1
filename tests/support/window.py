"""A run so small that the window's tests can train it."""

from ganstudio import config as cfg

TINY = cfg.RunConfig(
    preset="mnist-quick",
    data=cfg.DataConfig("digits"),
    network=cfg.NetworkConfig("mlp", 4, 4),
    optimizer=cfg.OptimizerConfig(batch_size=16),
    engine=cfg.EngineConfig(device="cpu", precision="float32", threads=1),
    output=cfg.OutputConfig(tick_seconds=0.1, sample_seconds=0.2, grid=2),
    epochs=100_000,
)
"""Trains hundreds of steps a second, and does not end by itself."""

WAIT = 60_000  # ms: a machine that does much else, and imports torch from a cold disk
