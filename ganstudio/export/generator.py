"""A generator as one safetensors file with its whole configuration: what `latent.models` finds again."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ganstudio import config as cfg
from ganstudio.errors import ExportError
from ganstudio.export.files import writing
from ganstudio.export.job import Job
from ganstudio.runs.folder import RunFolder

if TYPE_CHECKING:
    import torch

Tensors = dict[str, "torch.Tensor"]
Meta = dict[str, Any]


def write_safetensors(job: Job, what: str) -> str:
    """Write the newest snapshot that is not after the job's step, with name, settings and counters; what to say.

    what : "generator", the state of its module in float32 and nothing else; "networks", G and D as snapshots have them,
    float16, with which GAN Studio scores pictures too.

    Raises StudioError.
    """
    from ganstudio.runs import checkpoint  # and with it torch

    model = job.model()
    tensors, meta = (_alone if what == "generator" else _both)(*checkpoint.load_snapshot(model.path))
    about = {"name": model.name, "config": cfg.to_dict(model.config), "step": model.step}
    if "images" not in meta:
        about |= _counters(model.path.parent.parent, model.step)
    with writing(job.out) as temp:
        checkpoint.save_snapshot(temp, tensors, meta | about)
    return f"The {what} of {model.name}, step {model.step:,}, in {job.out}"


def _alone(tensors: Tensors, meta: Meta) -> tuple[Tensors, Meta]:
    """G's tensors, floating point ones in float32; what is known of D goes."""
    from ganstudio.training.ema import D_PART

    own = {name: each for name, each in tensors.items() if not name.startswith(D_PART)}
    whole = {name: each.float() if each.is_floating_point() else each for name, each in own.items()}
    return whole, {name: value for name, value in meta.items() if name != "d_centre"}


def _both(tensors: Tensors, meta: Meta) -> tuple[Tensors, Meta]:
    from ganstudio.training.ema import D_PART

    if not any(name.startswith(D_PART) for name in tensors):
        raise ExportError(
            "The discriminator was not saved at this step: export the generator alone, or choose another step."
        )
    return tensors, meta


def _counters(folder: Path, step: int) -> dict[str, float | int]:
    """Epoch of a step of a run, and real pictures that D had seen, from the ticks around it."""
    ticks = RunFolder.open(folder).history().ticks
    if not ticks:
        return {"epoch": 0.0, "images": 0}
    steps = [0, *(tick.step for tick in ticks)]
    epochs, images = ([0.0, *(getattr(tick, name) for tick in ticks)] for name in ("epoch", "images"))
    return {"epoch": float(np.interp(step, steps, epochs)), "images": round(float(np.interp(step, steps, images)))}
