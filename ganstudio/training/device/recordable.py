"""What an update recorded for replay can hold, and what it cannot."""

from ganstudio import config as cfg
from ganstudio.objectives import objective

# Live settings that a recorded update reads from tensors, or that it has nothing to do with.
HELD_IN_TENSORS = {
    *("optimizer.d_lr", "optimizer.g_lr", "optimizer.decay", "stabilise.noise_images"),
    *(path for path in cfg.SETTINGS if path.split(".")[0] in ("ema", "output", "epochs", "steps", "seconds")),
}


def reuses_fakes(config: cfg.RunConfig) -> bool:
    """Whether G learns through the pictures that D was just trained on."""
    return config.schedule.reuse_fakes and config.schedule.mode == "steps" and config.optimizer.accumulate == 1


def why_not(config: cfg.RunConfig, resident: bool, processes: int) -> str:
    """Why updates of such a run need the host in their middle, for people; "" if they do not.

    resident : whether the pictures lie on the device.
    """
    if reuses_fakes(config) and not config.schedule.d_steps == config.schedule.g_steps == 1:
        return "CUDA graphs are off: reused fakes can only be recorded with one D step and one G step."
    if config.optimizer.accumulate > 1:
        return "CUDA graphs are off: accumulated batches cannot be recorded."
    if objective(config.objective.loss).paired and not resident:
        return "CUDA graphs are off: real pictures for G are not on the device."
    if processes > 1:
        return "CUDA graphs are off: several processes train together."
    return ""
