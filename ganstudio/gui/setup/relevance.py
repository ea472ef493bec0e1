"""Which settings say something under the present values of the others; the rest are hidden from the form."""

from collections.abc import Callable

from ganstudio.config import RunConfig
from ganstudio.data import catalog
from ganstudio.objectives import OBJECTIVES


def says_something(path: str, config: RunConfig) -> bool:
    """Whether the setting of that dotted name has an effect in a run with `config`."""
    return path not in _ONLY_WHEN or _ONLY_WHEN[path](config)


def has_labels(dataset: str) -> bool:
    """Whether the pictures of a data set are sorted into classes; of one that is not known here, perhaps."""
    return dataset not in catalog.DATASETS or bool(catalog.DATASETS[dataset].labels)


def _turns_of_steps(config: RunConfig) -> bool:
    return config.schedule.mode == "steps"


def _turns_of_epochs(config: RunConfig) -> bool:
    return config.schedule.mode == "epochs"


def _smoothing_softens(config: RunConfig) -> bool:
    loss = config.objective.loss
    return loss not in OBJECTIVES or OBJECTIVES[loss].smoothed  # another package's may well use it


def _penalised(config: RunConfig) -> bool:
    penalty = config.penalty
    return any((penalty.r1, penalty.r2, penalty.gradient, penalty.dragan))


def _noisy(config: RunConfig) -> bool:
    return config.stabilise.noise > 0


def _classes_at_hand(config: RunConfig) -> bool:
    return config.network.conditional or has_labels(config.data.name)


def _batch_norm_possible(config: RunConfig) -> bool:
    return config.network.name not in ("mlp", "resnet") and not config.network.spectral_norm


def _conditional(config: RunConfig) -> bool:
    return config.network.conditional


def _perhaps_cuda(config: RunConfig) -> bool:
    return config.engine.device.partition(":")[0] in ("auto", "cuda")


def _measured(config: RunConfig) -> bool:
    return config.measure.every > 0


_ONLY_WHEN: dict[str, Callable[[RunConfig], bool]] = {
    "network.conditional": _classes_at_hand,
    "network.classes": _conditional,
    "network.batch_norm": _batch_norm_possible,
    "objective.label_smoothing": _smoothing_softens,
    "penalty.every": _penalised,
    "stabilise.noise_images": _noisy,
    "schedule.d_steps": _turns_of_steps,
    "schedule.g_steps": _turns_of_steps,
    "schedule.reuse_fakes": _turns_of_steps,
    "schedule.d_epochs": _turns_of_epochs,
    "schedule.g_epochs": _turns_of_epochs,
    "engine.graphs": _perhaps_cuda,
    "measure.count": _measured,
    "measure.share": _measured,
}
