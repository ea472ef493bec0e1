"""Sentences on what a source of pictures holds, and on what became of it."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from ganstudio.data.pictures.importing import skipped_files
from ganstudio.data.pictures.index import Index
from ganstudio.data.pictures.labels import Labels, name_origin
from ganstudio.data.pictures.scan import Scan, ScannedFile
from ganstudio.data.pictures.sources import Entry, show
from ganstudio.data.pictures.stored import Info

_T = TypeVar("_T")

MAX_CLASSES = 12  # that are named in one line
COLOURS = {1: "grey", 3: "colour", 4: "colour with transparency"}
MAX_KINDS = 5  # modes and shapes that are named in one line
_MODES = {
    "1": "black and white",
    "L": "grey",
    "LA": "grey with transparency",
    "P": "palette",
    "PA": "palette with transparency",
    "RGB": "colour",
    "RGBA": "colour with transparency",
    "F": "floating-point",
    "I": "32-bit grey",
} | dict.fromkeys(("I;16", "I;16B", "I;16L", "I;16N"), "16-bit grey")
_ASPECTS = {1.0: "square", 4 / 3: "4:3", 3 / 2: "3:2", 16 / 9: "16:9", 3 / 4: "3:4", 2 / 3: "2:3", 9 / 16: "9:16"}
_SAME_ASPECT = 0.03  # difference of two shapes that are called the same
_NOTES = {
    "animated": "{} animated: only the first frame is taken.",
    "pages": "{} of several pages: only the first page is taken.",
    "cmyk": "{} in printing colours (CMYK): converted.",
    "profile-converted": "{} with a colour profile: converted to sRGB.",
    "profile-ignored": "{} with a colour profile that cannot be used: taken as sRGB.",
    "transparency-on-paper": "{} with transparent parts: these became paper.",
}


def describe_scan(scan: Scan, labels: Labels) -> list[str]:
    """Return lines on what was found, before it is imported."""
    pictures = count_of(len(scan.pictures), "picture")
    formats = ", ".join(f"{count:,} {name}" for name, count in scan.formats.most_common())
    of_formats = f" ({formats})" if formats else ""
    lines = [f"Found {count_of(scan.found, 'file')} in {show(str(scan.path))}: {pictures}{of_formats}."]
    if scan.sizes:
        parts = (("smallest", scan.sizes.smallest), ("middle", scan.sizes.median), ("largest", scan.sizes.largest))
        lines.append(
            "Sizes: " + "; ".join(f"{which} {_size(file)} ({show(file.entry.path)})" for which, file in parts) + "."
        )
    if scan.pictures:
        lines.append(f"Colours: {_list_most(_rename(scan.modes, lambda mode: _MODES.get(mode, mode)))}.")
        lines.append(f"Shapes, width to height: {_list_most(_rename(scan.aspects, _name_aspect))}.")
    if scan.skipped:
        lines.append(f"Skipped: {list_verdicts(scan.skipped)}.")
    if counts := labels.count():
        lines.append(f"{count_of(len(counts), 'class', 'classes')} from {labels.place}: {_list_classes(counts)}.")
    return [*lines, *scan.notes, *labels.notes]


def _describe_chosen(info: Info) -> str:
    count = len(info.chosen_names())
    return f", {count_of(count, 'file or folder', 'files and folders')} in it" if count else ""


def describe(info: Info, index: Index) -> list[str]:
    """Return lines on a set."""
    lines = [
        f"{info.name}: {count_of(info.count, 'picture')} of {info.height}x{info.width}, {COLOURS[info.channels]}",
        f"from {info.source.get('path', '')}{_describe_chosen(info)}",
        f"read {info.counts['read']:,} + skipped {info.counts.get('skipped', 0):,} = found {info.counts['found']:,}",
    ]
    if skipped := skipped_files(index):
        lines.append(f"skipped: {list_verdicts(file.entry for file in skipped)}")
    if info.classes:
        counts = Counter(index.labels.tolist())
        lines.append(
            f"{count_of(len(info.classes), 'class', 'classes')} from {name_origin(info.labels.get('origin', ''))}: "
            + _list_classes({name: counts[number] for number, name in enumerate(info.classes)})
        )
    lines += [
        text.format(count_of(info.counts[code], "picture")) for code, text in _NOTES.items() if info.counts.get(code)
    ]
    if taken := info.counts.get("taken_out"):
        lines.append(f"{count_of(taken, 'picture')} taken out by hand: they can be put back.")
    if enlarged := info.counts.get("enlarged"):
        lines.append(f"{count_of(enlarged, 'picture')} smaller than {info.height} x {info.width}: enlarged.")
    if doubles := info.counts.get("near_duplicates"):
        lines.append(f"{count_of(doubles, 'picture')} nearly the same as another one.")
    return [*lines, f"resampled: {info.filters}" if info.filters else ""]


def table_of_skipped(skipped: Iterable[Entry]) -> str:
    """Return skipped files as CSV: path, verdict, reason."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(("file", "verdict", "reason"))
    writer.writerows((show(entry.path), entry.verdict.value, entry.why) for entry in skipped)
    return buffer.getvalue()


def count_of(number: int, one: str, many: str = "") -> str:
    """Return "1 file" or "2 files"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def list_verdicts(skipped: Iterable[Entry]) -> str:
    """Return "3 broken, 1 hidden": how many files were skipped for each kind of reason, the most frequent first."""
    counts = Counter(entry.verdict.value for entry in skipped)
    return ", ".join(f"{count:,} {verdict}" for verdict, count in counts.most_common())


def _rename(counts: Mapping[_T, int], name: Callable[[_T], str]) -> list[str]:
    """Return "12 name" for each name, the most frequent first."""
    named: Counter[str] = Counter()
    for value, count in counts.items():
        named[name(value)] += count
    return [f"{count:,} {each}" for each, count in named.most_common()]


def _name_aspect(aspect: float) -> str:
    for value, name in _ASPECTS.items():
        if abs(aspect / value - 1) <= _SAME_ASPECT:
            return name
    return "of other wide shapes" if aspect > 1 else "of other tall shapes"


def _list_most(listed: Sequence[str]) -> str:
    more = [f"{len(listed) - MAX_KINDS:,} more kinds"] if len(listed) > MAX_KINDS else []
    return ", ".join([*listed[:MAX_KINDS], *more])


def _size(file: ScannedFile) -> str:
    return f"{file.header.height} x {file.header.width}" if file.header else ""


def _list_classes(counts: dict[str, int]) -> str:
    named = [f"{name} {count:,}" for name, count in counts.items()]
    more = [f"and {len(named) - MAX_CLASSES:,} more"] if len(named) > MAX_CLASSES else []
    return ", ".join([*named[:MAX_CLASSES], *more])
