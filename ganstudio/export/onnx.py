"""A generator as ONNX, compared with the original in onnxruntime before it is kept; the extra `onnx` brings both."""

import io
import json
import warnings
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ganstudio import config as cfg
from ganstudio.errors import ExportError
from ganstudio.export.files import require, writing
from ganstudio.export.job import Floats, Job, Model, Sampler
from ganstudio.images import Labels

if TYPE_CHECKING:
    import torch

OPSET = 17
LIMIT = 1e-4  # largest difference from the original, of numbers from -1 to 1
_BATCHES = (1, 7)  # of the comparison: neither is the one that the graph is traced with
_TRACED = 2

Inputs = dict[str, Floats | Labels]


def write_onnx(job: Job, what: str) -> str:
    """Write the generator; what to say, with the largest difference seen. Raises StudioError, Cancelled.

    Inputs: z (N, z_size), float32, standard normal; of a class-conditional generator also classes (N, classes),
    float32, the share of each class, rows that sum to 1. Output: pictures (N, channels, size, size), float32, -1..1.
    N is free.
    """
    onnx, runtime = require("onnx")
    model, sampler = job.generator()
    job.tell(0, 3)
    by_label = bool(sampler.classes) and not _takes_shares(sampler)
    inputs = _inputs(sampler, _TRACED, by_label, job.seed)
    made = onnx.load_from_string(_trace(sampler, inputs))
    _describe(onnx, made, model, sampler.G(*_tensors(inputs)).shape[1:])
    onnx.checker.check_model(made)
    job.tell(1, 3)
    graph = made.SerializeToString()
    difference = max(_difference(runtime, graph, sampler, count, by_label, job.seed) for count in _BATCHES)
    job.tell(2, 3)
    if not difference <= LIMIT:
        raise ExportError(
            f"The ONNX file would differ from the generator by {difference:.2g}, more than {LIMIT:g}, so it "
            "was not kept."
        )
    with writing(job.out) as temp:
        temp.write_bytes(graph)
    job.tell(3, 3)
    compared = f"at most {difference:.1g} from the original in onnxruntime {runtime.__version__}"
    return f"The generator of {model.name}, step {model.step:,}, {compared}, in {job.out}"


def _takes_shares(sampler: Sampler) -> bool:
    """Whether a class-conditional generator takes shares of classes: one of another package may know labels only."""
    import torch

    z, shares = torch.zeros(1, sampler.z_size), torch.full((1, sampler.classes), 1 / sampler.classes)
    try:
        with torch.no_grad():
            sampler.G(z, shares)
    except (RuntimeError, IndexError, TypeError, ValueError):
        return False
    return True


def _inputs(sampler: Sampler, count: int, by_label: bool, seed: int) -> Inputs:
    rng = np.random.default_rng(seed)
    found: Inputs = {"z": rng.standard_normal((count, sampler.z_size), dtype=np.float32)}
    if by_label:
        found["label"] = rng.integers(0, sampler.classes, count)
    elif sampler.classes:
        found["classes"] = rng.dirichlet(np.ones(sampler.classes), count).astype(np.float32)
    return found


def _tensors(inputs: Inputs) -> "tuple[torch.Tensor, ...]":
    import torch

    return tuple(torch.from_numpy(each) for each in inputs.values())


def _trace(sampler: Sampler, inputs: Inputs) -> bytes:
    """The graph, by the exporter that needs onnx alone; what it says of its age is for us, not for the person."""
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


def _describe(onnx: Any, made: Any, model: Model, shape: Sequence[int]) -> None:
    """Say in the file what it holds: the sizes of a picture too, for which the tracer leaves names of its own."""
    (pictures,) = made.graph.output
    for axis, size in zip(pictures.type.tensor_type.shape.dim[1:], shape, strict=True):
        axis.dim_value = size
    made.producer_name = "GAN Studio"
    made.doc_string = f"Generator of {model.name} at step {model.step}: z, standard normal -> pictures, -1 to 1."
    facts = {"name": model.name, "step": str(model.step), "config": json.dumps(cfg.to_dict(model.config))}
    onnx.helper.set_model_props(made, facts)


def _difference(runtime: Any, graph: bytes, sampler: Sampler, count: int, by_label: bool, seed: int) -> float:
    """Largest difference between onnxruntime's pictures and torch's, of `count` pictures; infinite where it fails."""
    import torch

    inputs = _inputs(sampler, count, by_label, seed + count)
    with torch.no_grad():
        wanted = sampler.G(*_tensors(inputs)).numpy()
    options = runtime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1  # training may want the others
    options.log_severity_level = 4  # what fails is said below
    try:
        session = runtime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        (got,) = _run(session, inputs)
    except Exception as error:  # onnxruntime's own kinds, which share no parent of theirs
        raise ExportError(f"onnxruntime cannot compute {count} pictures of this generator: {error}") from error
    return float(np.abs(got - wanted).max()) if got.shape == wanted.shape else np.inf


def _run(session: Any, inputs: Inputs) -> Sequence[Floats]:
    found: Sequence[Floats] = session.run(None, inputs)
    return found
