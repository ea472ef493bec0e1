"""What lies beside samples: their labels as stylegan3 has them, a table of labels and seeds, and how they were made."""

import csv
import io
import json
from collections.abc import Callable, Iterator

import ganstudio
from ganstudio.export.samples.source import SampleSource

LABELS, TABLE, ABOUT = "dataset.json", "metadata.csv", "about.json"
_AT_ONCE = 10_000  # lines


def encode_labels(source: SampleSource, name: Callable[[int], str]) -> Iterator[bytes]:
    """Yield parts of stylegan3's dataset.json: the label of each file, or null; and the names of the classes."""
    if not source.sampler.classes:
        yield b'{"labels": null}\n'
        return
    yield b'{"class_names": ' + json.dumps(list(source.class_names), ensure_ascii=False).encode() + b', "labels": [\n'
    for first in range(0, source.count, _AT_ONCE):
        labels = source.labels(first, min(_AT_ONCE, source.count - first))
        assert labels is not None
        lines = [json.dumps([name(number), int(label)]) for number, label in enumerate(labels, first)]
        yield ((",\n" if first else "") + ",\n".join(lines)).encode()
    yield b"\n]}\n"


def encode_table(source: SampleSource, name: Callable[[int], str]) -> Iterator[bytes]:
    """Yield parts of a CSV with a line for each sample: file, label, name of its class, seed, and row of the noise."""
    classes = source.class_names
    header = ["file_name", *(("label", "class_name") if classes else ()), "seed", "number"]
    for first in range(0, source.count, _AT_ONCE):
        text = io.StringIO()
        rows = csv.writer(text, lineterminator="\n")
        if not first:
            rows.writerow(header)
        count = min(_AT_ONCE, source.count - first)
        labels = source.labels(first, count)
        for number in range(first, first + count):
            label = () if labels is None else (int(labels[number - first]), classes[labels[number - first]])
            rows.writerow([name(number), *label, source.seed, number])
        yield text.getvalue().encode()


def encode_about(source: SampleSource) -> bytes:
    """Return a JSON that says how the samples were made. It has no time or place: the same samples, the same bytes."""
    height, width, channels = (*source.shape, 1)[:3]
    names = source.class_names
    noise = f"numpy.random.default_rng(seed).standard_normal((count, {source.sampler.z_size}), float32) * truncation"
    content = {
        "program": f"GAN Studio {ganstudio.__version__}",
        "model": source.model.name,
        "step": source.model.step,
        "data": source.model.config.data.name,
        "count": source.count,
        "shape": [height, width, channels],
        "seed": source.seed,
        "truncation": source.truncation,
        "noise": noise,
        "classes": [
            {"label": label, "name": names[label], "count": count} for label, count in _count_classes(source).items()
        ],
    }
    if channels == 4:
        content["alpha"] = "the fourth channel; colours are not multiplied with it"
    return json.dumps(content, ensure_ascii=False, indent=1).encode() + b"\n"


def _count_classes(source: SampleSource) -> dict[int, int]:
    """Return the number of samples of each class that occurs."""
    if not source.sampler.classes:
        return {}
    turns = source.turns or tuple(range(source.sampler.classes))
    whole, rest = divmod(source.count, len(turns))
    counts = dict.fromkeys(sorted(set(turns)), 0)
    for place, label in enumerate(turns):
        counts[label] += whole + (place < rest)
    return {label: count for label, count in counts.items() if count}
