"""The classes of pictures: from tables, from folders, or from the source; shown before they are used."""

import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path, PurePosixPath

from ganstudio.data.pictures import tables
from ganstudio.data.pictures.natural_order import path_key
from ganstudio.data.pictures.scan import Scan
from ganstudio.data.pictures.sources import NAMED, Source, name_some, show
from ganstudio.data.pictures.tables import Table
from ganstudio.data.pictures.verdicts import PictureError, Verdict
from ganstudio.errors import DataError, reason
from ganstudio.system import reading

MAX_CLASSES = 10_000  # that a network knows
OWN_CLASS = "unlabelled"  # the class of pictures without label
_SPLITS = frozenset(["train", "training", "test", "testing", "val", "valid", "validation"])
_WELL_KNOWN = ("dataset.json", "metadata.", "labels.", "")  # beginnings of tables' names, best first


class Wanted(StrEnum):
    """Where labels are taken from, unless it is a table that the user names."""

    AUTO = "auto"
    NONE = "none"


class Unlabelled(StrEnum):
    """What becomes of pictures without a label where others have one."""

    OWN_CLASS = "own-class"
    LEAVE_OUT = "leave-out"
    IGNORE_LABELS = "ignore-labels"


class PartlyLabelledError(DataError):
    """Some pictures have a label and some have none, and the user has not said what becomes of those."""


@dataclass(frozen=True)
class Labels:
    """What classes the pictures of a source are of.

    Parameters
    ----------
    origin
        Where they are from, for users: "folders", "labels.csv"; "" if there are none.
    by_path
        The class of each picture that has one.
    tables
        Paths of the tables in the source that were used.
    missing
        Files that a table names and that are not there.
    notes
        Sentences on what is odd.
    """

    origin: str = ""
    by_path: Mapping[str, str] = field(default_factory=dict)
    tables: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Where they are from, within a sentence."""
        return name_origin(self.origin)

    def count(self) -> dict[str, int]:
        """Return the number of pictures of each class, in natural order."""
        counts = Counter(self.by_path.values())
        return {name: counts[name] for name in sorted(counts, key=path_key)}

    def find_unlabelled(self, paths: Iterable[str]) -> list[str]:
        """Return those of the paths that have no label; none of them if there are no labels at all."""
        return [path for path in paths if path not in self.by_path] if self.by_path else []


@dataclass(frozen=True)
class Assignment:
    """The class of each picture that is imported.

    Parameters
    ----------
    classes
        Names, in the order of their numbers; () without labels.
    numbers
        The number of the class of each picture, by path; empty without labels.
    left_out
        Pictures that are not imported, since they have no label.
    """

    classes: tuple[str, ...] = ()
    numbers: Mapping[str, int] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


def find_labels(scan: Scan, source: Source, wanted: str = Wanted.AUTO) -> Labels:
    """Find out what classes the pictures are of.

    A table comes before folders. Of folders, the first level counts that has more than one folder with pictures;
    folders that are named as parts of a data set ("train", "test") are none.

    Parameters
    ----------
    scan, source
        The pictures.
    wanted
        "auto", "none", or the path of a table.

    Raises
    ------
    DataError
        The table cannot be read, names a picture twice with different labels, or there are several tables.
    """
    if wanted == Wanted.NONE:
        return Labels()
    if wanted != Wanted.AUTO:
        return _from_chosen_table(scan, source, Path(wanted))
    if given := source.given_labels():
        return Labels(given.origin, given.by_path)
    found = _find_tables(scan, source)
    if not found:
        return _from_folders(scan)
    matched = _Matcher(scan).match(found)
    if matched.by_path and _from_folders(scan).by_path:
        note = f"The labels are those in {matched.origin}, not the names of folders."
        matched = Labels(matched.origin, matched.by_path, matched.tables, matched.missing, (*matched.notes, note))
    return matched


def name_origin(origin: str) -> str:
    """Return where labels are from, within a sentence: a file by its name, all else with an article."""
    return f"the {origin}" if origin.startswith(("folders", "array ", "label column")) else origin


def assign(
    labels: Labels, paths: Sequence[str], unlabelled: Unlabelled | None = None, before: Sequence[str] = ()
) -> Assignment:
    """Give each picture the number of its class.

    Parameters
    ----------
    labels
        What `find_labels` found.
    paths
        The pictures.
    unlabelled
        What becomes of pictures without a label.
    before
        Names of classes that have numbers already: they keep them, and others follow.

    Raises
    ------
    PartlyLabelledError
        Some pictures have no label, and `unlabelled` does not say what becomes of them.
    DataError
        There are too many classes.
    """
    bare = labels.find_unlabelled(paths)
    if unlabelled is Unlabelled.IGNORE_LABELS and bare:
        return Assignment()
    if bare and unlabelled is None:
        raise _ask(bare, len(paths), labels.place)
    known = {path: labels.by_path[path] for path in paths if path in labels.by_path}
    left_out: tuple[str, ...] = ()
    if unlabelled is Unlabelled.OWN_CLASS:
        known |= dict.fromkeys(bare, OWN_CLASS)
    else:
        left_out = tuple(bare)
    if not known:
        return Assignment()
    fresh = sorted(set(known.values()) - set(before), key=lambda name: (name == OWN_CLASS, path_key(name)))
    classes = (*before, *fresh)
    if len(classes) > MAX_CLASSES:
        raise DataError(
            f"{labels.origin} gives {len(classes):,} classes to {len(known):,} pictures, and {MAX_CLASSES:,} are the "
            "most. Import them without labels, or with a table that has fewer.",
            at_prompt="The flag is --labels none.",
        )
    number_of = {name: number for number, name in enumerate(classes)}
    return Assignment(classes, {path: number_of[name] for path, name in known.items()}, left_out)


def _ask(bare: list[str], count: int, place: str) -> PartlyLabelledError:
    return PartlyLabelledError(
        f"Without a label in {place}: {len(bare):,} of {count:,} pictures ({name_some(bare)}). They can become a "
        "class of their own or be left out, or all pictures are imported without labels.",
        at_prompt="Add --unlabelled own-class, --unlabelled leave-out or --unlabelled ignore-labels.",
    )


# ---- folders --------------------------------------------------------------------------------------------------------


def _from_folders(scan: Scan) -> Labels:
    parts = [(file.entry.path, file.entry.path.split("/")[:-1]) for file in scan.pictures]
    depth, notes = 0, []
    while parts:
        names = {folders[depth] for _, folders in parts if len(folders) > depth}
        if len(names) > 1 and not {name.lower() for name in names} <= _SPLITS:
            break
        if not names or any(len(folders) <= depth for _, folders in parts):
            return Labels()
        if len(names) > 1:
            notes = [f"The folders {' and '.join(sorted(map(show, names)))} are parts of the set, not classes."]
        depth += 1
    by_path = {path: show(folders[depth]) for path, folders in parts if len(folders) > depth}
    return Labels("folders", by_path, notes=(*notes, *_alike(by_path.values()))) if by_path else Labels()


def _alike(names: Iterable[str]) -> list[str]:
    """Return sentences on classes that differ in ways that people do not mean, such as 01 and 1."""
    groups: dict[str, set[str]] = defaultdict(set)
    for name in set(names):
        key = name.casefold().strip()
        groups[key.lstrip("0") or "0" if key.isdecimal() else key].add(name)
    doubles = sorted((sorted(group, key=path_key) for group in groups.values() if len(group) > 1), key=str)
    return [
        f"{' and '.join(group)} are classes of their own, though their names are alike." for group in doubles[:NAMED]
    ]


# ---- tables ---------------------------------------------------------------------------------------------------------


def _find_tables(scan: Scan, source: Source) -> list[tuple[str, Table]]:
    """Return the tables in the source with their paths, one of each folder."""
    by_folder: dict[str, list[tuple[str, Table]]] = defaultdict(list)
    for entry in scan.skipped:
        name = entry.path.rpartition("/")[2]
        if not name.lower().endswith(tables.ENDINGS) or entry.bytes > tables.MAX_TABLE_BYTES:
            continue
        if entry.verdict not in (Verdict.NOT_A_PICTURE, Verdict.LABELS):
            continue
        try:
            table = tables.parse(show(entry.path), source.read(entry.path), is_chosen=False)
        except PictureError:
            continue
        if table is not None and table.rows:
            by_folder[str(PurePosixPath(entry.path).parent)].append((entry.path, table))
    return [_choose(found) for _, found in sorted(by_folder.items())]


def _choose(found: list[tuple[str, Table]]) -> tuple[str, Table]:
    for beginning in _WELL_KNOWN:
        named = [each for each in found if each[0].rpartition("/")[2].lower().startswith(beginning)]
        if len(named) == 1:
            return named[0]
        if named:
            names = " and ".join(show(path) for path, _ in named)
            raise DataError(
                f"{names} are both tables of labels. Choose one of them.",
                at_prompt="The flag is --labels FILE; --labels none imports without labels.",
            )
    raise AssertionError("every name begins with nothing")


def _from_chosen_table(scan: Scan, source: Source, path: Path) -> Labels:
    """Read a table that lies beside the pictures, in the source, or anywhere else."""
    inside = next((file.entry for file in scan.files if file.entry.path == path.as_posix()), None)
    try:
        if path.exists() or inside is None:
            content = reading.read_bytes(path, tables.MAX_TABLE_BYTES)
            try:
                place = path.resolve().relative_to(scan.path.resolve()).as_posix()
            except ValueError:
                place = path.name
        else:
            content, place = source.read(inside.path), inside.path
    except (OSError, ValueError) as error:
        raise DataError(f"{path} cannot be read: {reason(error)}. It should be a table of labels.") from None
    table = tables.parse(str(path), content, is_chosen=True)
    labels = _Matcher(scan).match([(place, table)]) if table else Labels()
    if not labels.by_path:
        named = table.rows[0].file if table and table.rows else ""
        raise DataError(
            f"{path} gives no picture in {scan.path} a label."
            + (f" It begins with {json.dumps(named)}; paths are meant as seen from the table." if named else "")
        )
    return labels


class _Matcher:
    """Finds the pictures that tables name."""

    def __init__(self, scan: Scan) -> None:
        self._by_path: dict[str, str] = {}
        self._by_name: dict[str, list[str]] = defaultdict(list)
        for file in scan.pictures:
            path = file.entry.path
            self._by_path[_spell(path)] = path
            name = _spell(path.rpartition("/")[2])
            self._by_name[name].append(path)
            self._by_name[name.rpartition(".")[0]].append(path)
        self._others = {_spell(entry.path) for entry in scan.skipped}

    def match(self, found: list[tuple[str, Table]]) -> Labels:
        by_path: dict[str, str] = {}
        lines: dict[str, str] = {}
        missing: list[str] = []
        repeated = 0
        for place, table in found:
            folder = place.rpartition("/")[0]
            for row in table.rows:
                path = self._find(folder, row.file)
                if path is None:
                    missing += [] if self._is_skipped(folder, row.file) else [row.file]
                    continue
                where = f"{table.name}, line {row.line}"
                if path in lines:
                    _check_same(path, by_path.get(path), lines[path], row.label, where)
                    repeated += 1
                    continue
                lines[path] = where
                if row.label is not None:
                    by_path[path] = row.label
        places = tuple(place for place, _ in found)
        notes = _alike(by_path.values())
        if missing:
            notes.append(f"Named in {name_some(places)}, but not there: {name_some(missing)}.")
        if repeated:
            notes.append(f"Named more than once in {name_some(places)}, with the same label: {repeated:,} times.")
        return Labels(name_some(places), by_path, places, tuple(missing), tuple(notes))

    def _find(self, folder: str, file: str) -> str | None:
        spelt = _spell(file)
        for path in (f"{folder}/{spelt}" if folder else spelt, spelt):
            if path in self._by_path:
                return self._by_path[path]
        named = self._by_name.get(spelt) or self._by_name.get(spelt.rpartition("/")[2]) or []
        return named[0] if len(set(named)) == 1 else None

    def _is_skipped(self, folder: str, file: str) -> bool:
        spelt = _spell(file)
        return spelt in self._others or f"{folder}/{spelt}" in self._others


def _check_same(path: str, former: str | None, line: str, label: str | None, where: str) -> None:
    if former != label:
        first, second = (repr(each) if each is not None else "no label" for each in (former, label))
        raise DataError(f"{show(path)} has two labels: {first} ({line}) and {second} ({where}). Correct the table.")


def _spell(path: str) -> str:
    """Return a path as tables and disks both may spell it."""
    return unicodedata.normalize("NFC", path.replace("\\", "/").removeprefix("./"))
