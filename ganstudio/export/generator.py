"""A generator as one safetensors file with its whole configuration, which `latent.models` opens again."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ganstudio import config as cfg
from ganstudio.errors import ExportError
from ganstudio.export.files import atomic_file
from ganstudio.export.job import Content, Job
from ganstudio.runs import history
from ganstudio.runs.folder import RunFolder

if TYPE_CHECKING:
    import torch

Tensors = dict[str, "torch.Tensor"]
Metadata = dict[str, Any]


def write_safetensors(job: Job, content: Content) -> str:
    """Write the newest snapshot not after the job's step, with its name, settings and counters.

    Parameters
    ----------
    job
        What to export.
    content
        GENERATOR: the state of G's module in float32 and nothing else. NETWORKS: G and D as snapshots have them, in
        float16, so that GAN Studio can show what D thinks of pictures.

    Returns
    -------
    str
        A description of what was written.

    Raises
    ------
    StudioError
        The export is not possible.
    """
    from ganstudio.runs import checkpoint  # and with it torch

    model = job.model()
    select = _generator_only if content is Content.GENERATOR else _both_networks
    tensors, metadata = select(*checkpoint.load_snapshot(model.path))
    facts = {"name": model.name, "config": cfg.to_dict(model.config), "step": model.step}
    if "images" not in metadata:
        facts |= _counters(model.path.parent.parent, model.step)
    with atomic_file(job.out) as temp:
        checkpoint.save_snapshot(temp, tensors, metadata | facts)
    return f"{content} of {model.name}, step {model.step:,}"


def _generator_only(tensors: Tensors, metadata: Metadata) -> tuple[Tensors, Metadata]:
    """Return G's tensors, floating point ones in float32, and the metadata without what belongs to D."""
    from ganstudio.training.state import D_PREFIX

    half = {name: tensor for name, tensor in tensors.items() if not name.startswith(D_PREFIX)}
    full = {name: tensor.float() if tensor.is_floating_point() else tensor for name, tensor in half.items()}
    return full, {name: value for name, value in metadata.items() if name != "d_centre"}


def _both_networks(tensors: Tensors, metadata: Metadata) -> tuple[Tensors, Metadata]:
    from ganstudio.training.state import D_PREFIX

    if not any(name.startswith(D_PREFIX) for name in tensors):
        raise ExportError(
            "The discriminator was not saved at this step: export the generator alone, or choose another step."
        )
    return tensors, metadata


def _counters(folder: Path, step: int) -> dict[str, float | int]:
    """Interpolate the epoch of a run's step, and the real pictures that D had seen, from the ticks around it."""
    ticks = history.read_table(RunFolder.open(folder).path / "history.jsonl").ticks
    if not len(ticks):
        return {"epoch": 0.0, "images": 0}
    steps, epochs, counts = (np.append(0.0, ticks.column(name)) for name in ("step", "epoch", "images"))
    epoch, images = np.interp(step, steps, epochs), np.interp(step, steps, counts)
    return {"epoch": float(epoch), "images": round(float(images))}
