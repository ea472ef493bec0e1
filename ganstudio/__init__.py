"""GAN Studio: trains generative adversarial networks before your eyes.

As a library it offers, without Qt, what `__all__` names; each is imported when it is first used, so that
`import ganstudio` takes no time.

RunConfig, presets, change
    Settings of a run: all of them, named starting points (`presets.load(name).config`), one of them changed.
Dataset, load_dataset
    Pictures with labels, and those of a known data set.
Trainer
    G and D, and `train()`, a generator of `events`; writes nothing.
start, resume
    The same in a run's folder: iterate the `events()` of what they return.
RunFolder
    A run on disk: its settings, history, grids, snapshots.
load_generator, sample
    The generator of a run, or of a model that comes along ("mnist"), as a torch module; pictures of it.
find_model, Sampler
    A model by name, run or file; `Sampler.from_model` makes pictures of z, labels or mixed classes, and has D as its
    `critic`.
principal_directions, project, prepare
    Directions in which pictures vary most; the z of a given picture; a picture file as a generator would make it.
slerp, walk
    Ways through the latent space, between two z and along many.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

__all__ = [
    "Dataset",
    "RunConfig",
    "RunFolder",
    "Sampler",
    "Trainer",
    "__version__",
    "change",
    "events",
    "find_model",
    "load_dataset",
    "load_generator",
    "prepare",
    "presets",
    "principal_directions",
    "project",
    "resume",
    "sample",
    "slerp",
    "start",
    "walk",
]

if TYPE_CHECKING:
    from ganstudio import events as events
    from ganstudio import presets as presets
    from ganstudio.config import RunConfig as RunConfig
    from ganstudio.config import change as change
    from ganstudio.data.catalog import Dataset as Dataset
    from ganstudio.data.catalog import load as load_dataset
    from ganstudio.latent.directions import find as principal_directions
    from ganstudio.latent.generators import load_generator as load_generator
    from ganstudio.latent.generators import sample as sample
    from ganstudio.latent.inversion import project as project
    from ganstudio.latent.models import find as find_model
    from ganstudio.latent.paths import slerp as slerp
    from ganstudio.latent.paths import walk as walk
    from ganstudio.latent.prepare import prepare as prepare
    from ganstudio.latent.sampler import Sampler as Sampler
    from ganstudio.runs.folder import RunFolder as RunFolder
    from ganstudio.runs.runner import resume as resume
    from ganstudio.runs.runner import start as start
    from ganstudio.training.trainer import Trainer as Trainer
else:
    # Where each lies: a module, and its name there; None is the module itself.
    _PLACES = {
        "Dataset": ("ganstudio.data.catalog", "Dataset"),
        "RunConfig": ("ganstudio.config", "RunConfig"),
        "RunFolder": ("ganstudio.runs.folder", "RunFolder"),
        "Trainer": ("ganstudio.training.trainer", "Trainer"),
        "Sampler": ("ganstudio.latent.sampler", "Sampler"),
        "change": ("ganstudio.config", "change"),
        "events": ("ganstudio.events", None),
        "find_model": ("ganstudio.latent.models", "find"),
        "load_dataset": ("ganstudio.data.catalog", "load"),
        "load_generator": ("ganstudio.latent.generators", "load_generator"),
        "prepare": ("ganstudio.latent.prepare", "prepare"),
        "presets": ("ganstudio.presets", None),
        "principal_directions": ("ganstudio.latent.directions", "find"),
        "project": ("ganstudio.latent.inversion", "project"),
        "resume": ("ganstudio.runs.runner", "resume"),
        "sample": ("ganstudio.latent.generators", "sample"),
        "slerp": ("ganstudio.latent.paths", "slerp"),
        "start": ("ganstudio.runs.runner", "start"),
        "walk": ("ganstudio.latent.paths", "walk"),
    }

    def __getattr__(name: str) -> Any:
        if name not in _PLACES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        module, inner = _PLACES[name]
        found = import_module(module)
        found = getattr(found, inner) if inner else found
        globals()[name] = found
        return found

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
