"""What the commands on data sets say of an import."""

import shlex
from collections.abc import Iterable

from ganstudio.data.pictures.advice import Advice, count_bytes, count_enlarged, preset_for
from ganstudio.data.pictures.importing import Imported, skipped_files
from ganstudio.data.pictures.index import Index
from ganstudio.data.pictures.recipe import Recipe
from ganstudio.data.pictures.report import describe
from ganstudio.data.pictures.scan import Scan
from ganstudio.data.pictures.stored import Info


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


def describe_import(done: Imported, mirrored: str = "") -> list[str]:
    """Return lines on what an import has done; `mirrored` is why mirrored pictures may be trained on as well."""
    info = done.info
    lines = describe_set(info, done.index)
    if done.empty_classes:
        lines.append(f"Left out, since none of their pictures could be read: {', '.join(done.empty_classes)}.")
    if done.reused or done.removed:
        lines.append(f"Pictures as before: {done.reused:,}; no longer there: {done.removed:,}.")
    preset = preset_for(Recipe.from_mapping(info.recipe))
    command = f"ganstudio train --preset {preset} --data.name {shlex.quote(info.name)}"
    if mirrored:
        lines.append(f"--stabilise.mirror: {mirrored}")
        command += " --stabilise.mirror"
    lines.append(f"Train on it: {command}")
    if len(info.classes) > 1:
        lines.append("So that G is told which class to draw, add --network.conditional.")
    return lines


def describe_set(info: Info, index: Index) -> list[str]:
    """Return lines on a set, with what to type to see each skipped file."""
    lines = describe(info, index)
    if skipped_files(index):
        lines.append(f"each skipped file: ganstudio datasets show {shlex.quote(info.name)} --skipped")
    return lines
