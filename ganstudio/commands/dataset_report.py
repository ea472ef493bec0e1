"""What the commands on data sets say of imported pictures."""

import csv
import io
import shlex
from collections import Counter
from collections.abc import Iterable

from ganstudio.data.pictures.advice import Advice, count_bytes, count_enlarged
from ganstudio.data.pictures.importing import Imported, skipped_files
from ganstudio.data.pictures.index import Index
from ganstudio.data.pictures.labels import Labels
from ganstudio.data.pictures.recipe import Channels, Recipe
from ganstudio.data.pictures.scan import Scan, ScannedFile
from ganstudio.data.pictures.sources import show
from ganstudio.data.pictures.stored import Info

MAX_CLASSES = 12  # that are named in one line
COLOURS = {1: "grey", 3: "colour", 4: "colour with transparency"}
_NOTES = {
    "animated": "{} are animated: the first picture of each was taken.",
    "pages": "{} have several pages: the first one was taken.",
    "cmyk": "{} were in printing colours (CMYK), and were converted.",
    "profile-converted": "{} had a colour profile, and were converted to sRGB.",
    "profile-ignored": "{} had a colour profile that cannot be used; their colours were taken as sRGB.",
    "transparency-on-paper": "{} had transparent parts, which became paper.",
}


def describe_scan(scan: Scan, labels: Labels) -> list[str]:
    """Return lines on what was found, before it is imported."""
    lines = [f"Found {_count(scan.found, 'file')} in {show(str(scan.path))}: {_count(len(scan.pictures), 'picture')}"]
    lines[0] += f" ({', '.join(f'{count:,} {name}' for name, count in scan.formats.most_common())})."
    if scan.sizes:
        parts = (("smallest", scan.sizes.smallest), ("middle", scan.sizes.median), ("largest", scan.sizes.largest))
        lines.append(
            "Sizes: " + "; ".join(f"{which} {_size(file)} ({show(file.entry.path)})" for which, file in parts) + "."
        )
    if counts := labels.count():
        lines.append(f"{_count(len(counts), 'class', 'classes')} from the {labels.origin}: {_list_classes(counts)}.")
    return [*lines, *scan.notes, *labels.notes]


def describe_choice(scan: Scan, recipe: Recipe, advice: Advice, chosen: Iterable[str], seconds: float) -> list[str]:
    """Return lines on how pictures are imported, with reasons for what was not chosen by the user."""
    values = {
        "size": f"{recipe.height}x{recipe.width}",
        "channels": recipe.channels.value,
        "fit": recipe.fit.value,
    }
    lines = [
        f"--{name} {value}" + ("" if name in chosen else f": {advice.reasons[name]}") for name, value in values.items()
    ]
    if enlarged := count_enlarged(scan, recipe):
        pictures = "1 picture is" if enlarged == 1 else f"{enlarged:,} pictures are"
        lines.append(f"{pictures} smaller than {recipe.height} x {recipe.width}, and will be enlarged.")
    size = count_bytes(scan, recipe) / 1e6
    return [*lines, f"It takes {size:,.1f} MB and about {max(1, round(seconds)):,} s.", *advice.warnings]


def describe_import(done: Imported) -> list[str]:
    """Return lines on what an import has done."""
    info = done.info
    lines = describe(info, done.index)
    if done.empty_classes:
        lines.append(f"Left out, since none of their pictures could be read: {', '.join(done.empty_classes)}.")
    if done.reused or done.removed:
        lines.append(f"{done.reused:,} pictures were as before; {done.removed:,} are no longer there.")
    size = info.height if info.height == info.width else f"{info.height}x{info.width}"
    flags = f"--data.name {shlex.quote(info.name)} --data.size {size} --data.channels {info.channels}"
    return [*lines, f"Train on it: ganstudio train {flags}"]


def describe(info: Info, index: Index) -> list[str]:
    """Return lines on a set."""
    lines = [
        f"{info.name}: {_count(info.count, 'picture')} of {info.height}x{info.width}, {COLOURS[info.channels]}",
        f"from {info.source.get('path', '')}",
        f"read {info.counts['read']:,} + skipped {info.counts.get('skipped', 0):,} = found {info.counts['found']:,}",
    ]
    if skipped := skipped_files(index):
        reasons = Counter(file.entry.verdict.value for file in skipped).most_common()
        listed = ", ".join(f"{count:,} {verdict}" for verdict, count in reasons)
        lines.append(f"skipped: {listed} (each: ganstudio datasets show {shlex.quote(info.name)} --skipped)")
    if info.classes:
        counts = Counter(index.labels.tolist())
        lines.append(
            f"{_count(len(info.classes), 'class', 'classes')} from the {info.labels.get('origin', '')}: "
            + _list_classes({name: counts[number] for number, name in enumerate(info.classes)})
        )
    lines += [
        text.format(_count(info.counts[code], "picture")) for code, text in _NOTES.items() if info.counts.get(code)
    ]
    if enlarged := info.counts.get("enlarged"):
        lines.append(f"{_count(enlarged, 'picture')} smaller than {info.height} x {info.width}: enlarged.")
    if doubles := info.counts.get("near_duplicates"):
        lines.append(f"{_count(doubles, 'picture')} nearly the same as another one.")
    return [*lines, f"resampled: {info.filters}" if info.filters else ""]


def table_of_skipped(index: Index) -> str:
    """Return the skipped files as CSV: path, verdict, reason."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(("file", "verdict", "reason"))
    for file in skipped_files(index):
        writer.writerow((show(file.entry.path), file.entry.verdict.value, file.entry.why))
    return buffer.getvalue()


def colour_word(channels: int) -> str:
    """Return what the channels of pictures are called in tables."""
    return {1: "grey", 3: "colour", 4: "alpha"}[channels]


def channels_help() -> str:
    """Return the values of --channels."""
    return "|".join(Channels)


def _count(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def _size(file: ScannedFile) -> str:
    return f"{file.header.height} x {file.header.width}" if file.header else ""


def _list_classes(counts: dict[str, int]) -> str:
    named = [f"{name} {count:,}" for name, count in counts.items()]
    more = [f"and {len(named) - MAX_CLASSES:,} more"] if len(named) > MAX_CLASSES else []
    return ", ".join([*named[:MAX_CLASSES], *more])
