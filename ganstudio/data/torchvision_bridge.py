"""The only importer of torchvision: where its data sets come from and the checksums of their files.

torchvision's wheel for Linux is built for CUDA. Beside a CPU build of torch its compiled operators cannot be loaded and
`import torchvision` raises "operator torchvision::nms does not exist". Its data sets need no operator, so the names
that its import asks for are declared beforehand, without an implementation.
"""

import importlib
import importlib.util
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from ganstudio import installing
from ganstudio.errors import DataError

# As registered by torchvision 0.28's C++ sources; its import attaches shape functions to the first two.
_SCHEMAS = (
    "nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "roi_align(Tensor input, Tensor rois, float spatial_scale, SymInt pooled_height, SymInt pooled_width, "
    "int sampling_ratio, bool aligned) -> Tensor",
    "roi_pool(Tensor input, Tensor rois, float spatial_scale, SymInt pooled_height, SymInt pooled_width) "
    "-> (Tensor, Tensor)",
    "ps_roi_align(Tensor input, Tensor rois, float spatial_scale, SymInt pooled_height, SymInt pooled_width, "
    "int sampling_ratio) -> (Tensor, Tensor)",
    "ps_roi_pool(Tensor input, Tensor rois, float spatial_scale, SymInt pooled_height, SymInt pooled_width) "
    "-> (Tensor, Tensor)",
    "deform_conv2d(Tensor input, Tensor weight, Tensor offset, Tensor mask, Tensor bias, SymInt stride_h, "
    "SymInt stride_w, SymInt pad_h, SymInt pad_w, SymInt dilation_h, SymInt dilation_w, SymInt groups, "
    "SymInt offset_groups, bool use_mask) -> Tensor",
)

_lock = threading.Lock()
_declared: list[Any] = []  # torch.library.Library: its declarations last as long as it does


@dataclass(frozen=True)
class Archive:
    """A file to be fetched: its name, where it may lie (tried in turn) and its checksum."""

    name: str
    urls: tuple[str, ...]
    md5: str


def archives(dataset: str) -> list[Archive]:
    """Files of torchvision's data set of that class name (MNIST, FashionMNIST, KMNIST, CIFAR10).

    Raises
    ------
    DataError
        torchvision is missing or does not fit torch; says how to install it.
    """
    known = getattr(_datasets(), dataset)
    if hasattr(known, "resources"):
        return [Archive(name, tuple(mirror + name for mirror in known.mirrors), md5) for name, md5 in known.resources]
    return [Archive(known.filename, (known.url,), known.tgz_md5)]


def _datasets() -> ModuleType:
    with _lock:  # two threads must not declare the same operators
        try:
            _declare_missing_operators()
            return importlib.import_module("torchvision.datasets")
        except ImportError as error:
            how = installing.command("torchvision")
            raise DataError(f"Downloads need torchvision, which is not installed ({error}). Run: {how}") from error
        except Exception as error:  # whatever an ill-fitting pair of builds raises must not end the program
            raise DataError(
                f"torchvision does not work with this torch ({error}). "
                f"Run: {installing.command('--upgrade', '--force-reinstall', 'torchvision')}"
            ) from error


def _declare_missing_operators() -> None:
    """Declare torchvision's operators if its compiled library cannot be loaded; once is enough."""
    if _declared or "torchvision" in sys.modules or _compiled_operators_load():
        return
    import torch

    library = torch.library.Library("torchvision", "DEF")  # type: ignore[no-untyped-call]
    for schema in _SCHEMAS:
        library.define(schema)  # type: ignore[no-untyped-call]
    _declared.append(library)


def _compiled_operators_load() -> bool:
    """Whether torchvision's own library of operators fits this torch; loading it twice does no harm."""
    import torch

    spec = importlib.util.find_spec("torchvision")  # finds it without importing it
    if spec is None:
        raise ModuleNotFoundError("No module named 'torchvision'", name="torchvision")
    for folder in spec.submodule_search_locations or []:
        for path in Path(folder).glob("_C*.*"):
            if path.suffix in {".so", ".pyd"}:
                try:
                    torch.ops.load_library(str(path))  # type: ignore[no-untyped-call]
                except OSError:
                    return False
                return True
    return False
