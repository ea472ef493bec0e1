"""The only importer of torchvision: where its data sets come from and the checksums of their files.

torchvision's wheel for Linux is built for CUDA. Beside a CPU build of torch its compiled operators cannot be loaded and
`import torchvision` raises "operator torchvision::nms does not exist". Its data sets need no operator, so those that
the import expects are then declared, without an implementation, and the import is repeated.
"""

import importlib
import threading
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from ganstudio import installing
from ganstudio.errors import DataError

_SCHEMAS = (  # of the operators that torchvision registers shape functions for, whether they are loaded or not
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)

_lock = threading.Lock()
_declared: list[Any] = []  # torch.library.Library: its declarations last as long as it does


@dataclass(frozen=True)
class Archive:
    """A file to be downloaded: its name, where it may be (tried in turn) and its checksum."""

    name: str
    urls: tuple[str, ...]
    md5: str


def archives(dataset: str) -> list[Archive]:
    """Return the files of torchvision's data set.

    Parameters
    ----------
    dataset
        Our name of it: "mnist", "fashion-mnist", "kmnist" or "cifar10".

    Raises
    ------
    DataError
        torchvision is missing or does not fit torch; says how to install it.
    """
    datasets = _import_datasets()
    if dataset == "cifar10":
        cifar = datasets.CIFAR10
        return [Archive(cifar.filename, (cifar.url,), cifar.tgz_md5)]
    idx_classes = {"mnist": datasets.MNIST, "fashion-mnist": datasets.FashionMNIST, "kmnist": datasets.KMNIST}
    known = idx_classes[dataset]
    return [Archive(name, tuple(mirror + name for mirror in known.mirrors), md5) for name, md5 in known.resources]


def _import_datasets() -> ModuleType:
    with _lock:  # two threads must not declare the same operators
        try:
            try:
                return importlib.import_module("torchvision.datasets")
            except RuntimeError:
                _declare_operators()
                return importlib.import_module("torchvision.datasets")
        except ModuleNotFoundError as error:
            how = installing.of_packages(["torchvision"])
            raise DataError(f"Downloads need torchvision, which is not installed ({error}). Run: {how}") from error
        except Exception as error:  # whatever an ill-fitting pair of builds raises must not end the program
            raise DataError(
                f"torchvision does not work with this torch ({error}). "
                f"Run: {installing.of_packages(['torchvision'], '--upgrade', '--force-reinstall')}"
            ) from error


def _declare_operators() -> None:
    """Declare the operators that torchvision's import needs; raise RuntimeError if they exist."""
    if _declared:
        return
    import torch

    library = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]
    for schema in _SCHEMAS:
        library.define(schema)  # type: ignore[no-untyped-call]
    _declared.append(library)
