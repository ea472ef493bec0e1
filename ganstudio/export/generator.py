"""A generator as one safetensors file with its whole configuration: what `latent.models` finds again."""

from pathlib import Path

import numpy as np

from ganstudio import config as cfg
from ganstudio.export.files import writing
from ganstudio.export.job import Job
from ganstudio.runs.folder import RunFolder


def write_safetensors(job: Job, what: str) -> str:
    """Write the newest snapshot that is not after the job's step, with name, settings and counters; what to say.

    D's part, by which pictures are scored, comes along where the snapshot has it. Raises StudioError.
    """
    from ganstudio.runs import checkpoint  # and with it torch

    model = job.model()
    tensors, meta = checkpoint.load_snapshot(model.path)
    about = {"name": model.name, "config": cfg.to_dict(model.config), "step": model.step}
    if "images" not in meta:
        about |= _counters(model.path.parent.parent, model.step)
    with writing(job.out) as temp:
        checkpoint.save_snapshot(temp, tensors, meta | about)
    return f"The generator of {model.name}, step {model.step:,}, in {job.out}"


def _counters(folder: Path, step: int) -> dict[str, float | int]:
    """Epoch of a step of a run, and real pictures that D had seen, from the ticks around it."""
    ticks = RunFolder.open(folder).history().ticks
    if not ticks:
        return {"epoch": 0.0, "images": 0}
    steps = [0, *(tick.step for tick in ticks)]
    epochs, images = ([0.0, *(getattr(tick, name) for tick in ticks)] for name in ("epoch", "images"))
    return {"epoch": float(np.interp(step, steps, epochs)), "images": round(float(np.interp(step, steps, images)))}
