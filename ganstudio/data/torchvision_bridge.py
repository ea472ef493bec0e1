"""Where data sets come from and the checksums of their files; the only importer of torchvision, which lists them.

torchvision knows md5 only, and some servers by http only. So a list of our own has the sha256 of each file, on which
several independent projects agree, and servers that speak https.

torchvision's wheel for Linux is built for CUDA. Beside a CPU build of torch its compiled operators cannot be loaded and
`import torchvision` raises "operator torchvision::nms does not exist". Its data sets need no operator, so those that
the import expects are then declared, without an implementation, and the import is repeated.
"""

import importlib
import threading
from dataclasses import dataclass
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from ganstudio.errors import DataError
from ganstudio.system import installing

_SCHEMAS = (  # of the operators that torchvision registers shape functions for, whether they are loaded or not
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
)

_lock = threading.Lock()
_declared: list[Any] = []  # torch.library.Library: its declarations last as long as it does


_SCHEME = "https"
_HTTPS_MIRRORS = {
    "fashion-mnist": (
        "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
        "https://fashion-mnist.s3.eu-central-1.amazonaws.com/",
    ),
    "kmnist": ("https://codh.rois.ac.jp/kmnist/dataset/kmnist/",),
}
_SHA256 = {
    "mnist": {
        "train-images-idx3-ubyte.gz": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
        "train-labels-idx1-ubyte.gz": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
        "t10k-images-idx3-ubyte.gz": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
        "t10k-labels-idx1-ubyte.gz": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
    },
    "fashion-mnist": {
        "train-images-idx3-ubyte.gz": "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
        "train-labels-idx1-ubyte.gz": "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
        "t10k-images-idx3-ubyte.gz": "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
        "t10k-labels-idx1-ubyte.gz": "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
    },
    "kmnist": {
        "train-images-idx3-ubyte.gz": "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
        "train-labels-idx1-ubyte.gz": "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
        "t10k-images-idx3-ubyte.gz": "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
        "t10k-labels-idx1-ubyte.gz": "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
    },
    "cifar10": {"cifar-10-python.tar.gz": "6d958be074577803d12ecdefd02955f39262c83c16fe9348329d7fe0b5c001ce"},
}


@dataclass(frozen=True)
class Archive:
    """A file to be downloaded: its name, where it may be (tried in turn, by https only) and its checksum."""

    name: str
    urls: tuple[str, ...]
    sha256: str


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
        return [
            Archive(datasets.CIFAR10.filename, (datasets.CIFAR10.url,), _SHA256[dataset][datasets.CIFAR10.filename])
        ]
    idx_classes = {"mnist": datasets.MNIST, "fashion-mnist": datasets.FashionMNIST, "kmnist": datasets.KMNIST}
    mirrors = [*_HTTPS_MIRRORS.get(dataset, ()), *idx_classes[dataset].mirrors]
    secure = [mirror for mirror in mirrors if urlsplit(mirror).scheme == _SCHEME]
    return [
        Archive(name, tuple(mirror + name for mirror in secure), sha256) for name, sha256 in _SHA256[dataset].items()
    ]


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
