"""A generator as ONNX, compared with the original in onnxruntime; the extra `onnx` installs what it needs."""

import io
import json
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ganstudio import config as cfg
from ganstudio.errors import ExportError
from ganstudio.export.files import atomic_file, import_extra
from ganstudio.export.job import Content, Floats, Job
from ganstudio.images import Labels
from ganstudio.latent.models import Model

if TYPE_CHECKING:
    import torch

    from ganstudio.latent.sampler import Sampler

OPSET = 17
MAX_DIFFERENCE = 1e-4  # from the original, of numbers from -1 to 1
_TRACED_BATCH = 2
_COMPARED_BATCHES = (1, 7)  # other sizes than the one that the graph is traced with

_CHANNELS = {1: "grey", 3: "red, green, blue", 4: "red, green, blue, alpha; colours premultiplied"}

Inputs = dict[str, Floats | Labels]


def write_onnx(job: Job, content: Content) -> str:
    """Write the generator and return a description with the largest difference from the original.

    Inputs: z (N, z_size), float32, standard normal; of a class-conditional generator also classes (N, classes),
    float32, the share of each class, rows that sum to 1. Output: pictures (N, channels, height, width), float32,
    -1..1; four channels are premultiplied colour and alpha. N is free.

    Raises
    ------
    StudioError
        The export is not possible, or the file would differ from the generator.
    Cancelled
        The user cancelled the export.
    """
    onnx, runtime = import_extra("onnx")
    model, sampler = job.generator()
    job.report(0, 3)
    by_label = bool(sampler.classes) and not _accepts_mix(sampler)
    inputs = _inputs(sampler, _TRACED_BATCH, by_label, job.seed)
    proto = onnx.load_from_string(_trace(sampler, inputs))
    _describe(onnx, proto, model, sampler.G(*_tensors(inputs)).shape[1:])
    onnx.checker.check_model(proto)
    job.report(1, 3)
    graph = proto.SerializeToString()
    difference = max(_difference(runtime, graph, sampler, count, by_label, job.seed) for count in _COMPARED_BATCHES)
    job.report(2, 3)
    if not difference <= MAX_DIFFERENCE:
        raise ExportError(
            f"The ONNX file would differ from the generator by {difference:.2g}, more than {MAX_DIFFERENCE:g}, so it "
            "was not kept."
        )
    with atomic_file(job.out) as temp:
        temp.write_bytes(graph)
    job.report(3, 3)
    compared = f"differs by at most {difference:.1g} from the original in onnxruntime {runtime.__version__}"
    return f"generator of {model.name}, step {model.step:,}, {compared}"


def _accepts_mix(sampler: "Sampler") -> bool:
    """Whether a conditional generator accepts shares of classes: one of another package may know labels only."""
    import torch

    z, shares = torch.zeros(1, sampler.z_size), torch.full((1, sampler.classes), 1 / sampler.classes)
    try:
        with torch.no_grad():
            sampler.G(z, shares)
    except (RuntimeError, IndexError, TypeError, ValueError):
        return False
    return True


def _inputs(sampler: "Sampler", count: int, by_label: bool, seed: int) -> Inputs:
    rng = np.random.default_rng(seed)
    inputs: Inputs = {"z": rng.standard_normal((count, sampler.z_size), dtype=np.float32)}
    if by_label:
        inputs["label"] = rng.integers(0, sampler.classes, count)
    elif sampler.classes:
        inputs["classes"] = rng.dirichlet(np.ones(sampler.classes), count).astype(np.float32)
    return inputs


def _tensors(inputs: Inputs) -> "tuple[torch.Tensor, ...]":
    import torch

    return tuple(torch.from_numpy(array) for array in inputs.values())


def _trace(sampler: "Sampler", inputs: Inputs) -> bytes:
    """Trace the graph with the exporter that needs onnx alone; its warnings about its age are not for the user."""
    import torch

    G = sampler.G.to(memory_format=torch.contiguous_format)  # type: ignore[call-overload]
    buffer = io.BytesIO()
    names = [*inputs, "pictures"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            G,
            _tensors(inputs),
            buffer,  # type: ignore[arg-type]
            input_names=list(inputs),
            output_names=["pictures"],
            dynamic_axes={name: {0: "N"} for name in names},
            opset_version=OPSET,
            dynamo=False,
        )
    return buffer.getvalue()


def _describe(onnx: Any, proto: Any, model: Model, shape: Sequence[int]) -> None:
    """Write into the file what it contains, with the sizes of a picture, for which the tracer leaves names."""
    (pictures,) = proto.graph.output
    for axis, size in zip(pictures.type.tensor_type.shape.dim[1:], shape, strict=True):
        axis.dim_value = size
    proto.producer_name = "GAN Studio"
    channels = _CHANNELS[model.config.data.channels]
    what = f"{channels}, -1 to 1, N x channels x height x width"
    proto.doc_string = f"Generator of {model.name} at step {model.step}: z, standard normal -> pictures ({what})."
    config = json.dumps(cfg.to_dict(model.config))
    facts = {"name": model.name, "step": str(model.step), "channels": channels, "config": config}
    onnx.helper.set_model_props(proto, facts)


def _difference(runtime: Any, graph: bytes, sampler: "Sampler", count: int, by_label: bool, seed: int) -> float:
    """Return the largest difference between onnxruntime's and torch's `count` pictures; inf if shapes differ."""
    import torch

    inputs = _inputs(sampler, count, by_label, seed + count)
    with torch.no_grad():
        expected = sampler.G(*_tensors(inputs)).numpy()
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # training may want the others
    options.log_severity_level = 4  # failures are reported below
    try:
        session = runtime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        (computed,) = _run(session, inputs)
    except Exception as error:  # onnxruntime's own errors have no common base class
        raise ExportError(f"onnxruntime cannot compute {count} pictures of this generator: {error}") from error
    return float(np.abs(computed - expected).max()) if computed.shape == expected.shape else np.inf


def _run(session: Any, inputs: Inputs) -> Sequence[Floats]:
    outputs: Sequence[Floats] = session.run(None, inputs)
    return outputs
