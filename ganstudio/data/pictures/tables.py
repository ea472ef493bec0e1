"""Tables of labels: CSV, TSV, JSON and JSON lines; and stylegan's dataset.json."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ganstudio.errors import DataError

ENDINGS = (".csv", ".tsv", ".json", ".jsonl", ".ndjson")
MAX_TABLE_BYTES = 256 << 20
FILE_COLUMNS = ("file_name", "filename", "file", "path", "image", "image_path", "image_id")
LABEL_COLUMNS = ("label", "class", "category", "labels", "class_name")
_DELIMITERS = ",;\t|"
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True)
class Row:
    """A line of a table: the file as it is written there, its class (None: no label), and where that stands."""

    file: str
    label: str | None
    line: int


@dataclass(frozen=True)
class Table:
    """A table of labels; `classes` are the names of labels that are numbers, if it says them."""

    name: str
    rows: tuple[Row, ...]
    classes: tuple[str, ...] = ()


def parse(name: str, content: bytes, is_chosen: bool) -> Table | None:
    """Read a table of labels.

    Parameters
    ----------
    name
        Its name, for errors.
    content
        The file.
    is_chosen
        Whether the user said that this is the table; otherwise it may be any file.

    Returns
    -------
    Table or None
        None if it is no table of labels, and was not chosen.

    Raises
    ------
    DataError
        It was chosen and is none, or is one that cannot be understood; says what was expected.
    """
    try:
        text = _decode(content)
        found = _parse_json(name, text) if _is_json(name, text) else _parse_lines(name, text, is_chosen)
    except (ValueError, csv.Error, RecursionError) as error:
        found, why = None, f": {error}"
    else:
        why = ""
    if found is None and is_chosen:
        raise DataError(
            f"{name} is no table of labels{why}. Expected: CSV, TSV, JSON or JSON lines with a column "
            f"{FILE_COLUMNS[0]} and a column {LABEL_COLUMNS[0]}, or a dataset.json as stylegan has it."
        )
    return found


def _decode(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return content.decode(encoding)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        if b"\0" in content:
            raise ValueError("it is not a text") from None
        return content.decode("cp1252", "replace")  # what spreadsheets save on Windows


def _is_json(name: str, text: str) -> bool:
    return name.lower().endswith((".json", ".jsonl", ".ndjson")) or text.lstrip()[:1] in ("{", "[")


# ---- JSON -----------------------------------------------------------------------------------------------------------


def _parse_json(name: str, text: str) -> Table | None:
    try:
        content = json.loads(text)
    except json.JSONDecodeError:
        lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
        return _from_records(name, [(number, json.loads(line)) for number, line in lines])
    if isinstance(content, dict):
        if "labels" in content and not isinstance(content["labels"], str):
            return _from_stylegan(name, content)
        if set(map(str.lower, content)) & set(FILE_COLUMNS):  # JSON lines with one line
            return _from_records(name, [(1, content)])
        pairs = [(file, label) for file, label in content.items() if isinstance(label, str | int) or label is None]
        return (
            _table(name, [(file, label, 0) for file, label in pairs]) if pairs and len(pairs) == len(content) else None
        )
    return _from_records(name, list(enumerate(content, 1))) if isinstance(content, list) else None


def _from_stylegan(name: str, content: Mapping[str, Any]) -> Table | None:
    """Read {"labels": [["00000/img00000000.png", 6], ...]}, or a mapping there; null is a set without labels."""
    labels, classes = content["labels"], content.get("class_names", content.get("classes", ()))
    if labels is None:
        return Table(name, ())
    pairs = list(labels.items()) if isinstance(labels, dict) else labels
    if not isinstance(pairs, list) or not all(isinstance(pair, list | tuple) and len(pair) == 2 for pair in pairs):
        return None
    names = tuple(map(str, classes)) if isinstance(classes, list) else ()
    return _table(name, [(file, label, 0) for file, label in pairs], names)


def _from_records(name: str, records: list[tuple[int, Any]]) -> Table | None:
    found = []
    for line, record in records:
        if isinstance(record, list) and len(record) == 2 and isinstance(record[0], str):
            found.append((record[0], record[1], line))
            continue
        if not isinstance(record, dict):
            return None
        lower = {str(key).strip().lower(): value for key, value in record.items()}
        file = next((lower[column] for column in FILE_COLUMNS if column in lower), None)
        column = next((column for column in LABEL_COLUMNS if column in lower), None)
        if file is None:
            return None
        found.append((file, lower[column] if column else None, line))
    if all(label is None for _, label, _ in found):
        return None
    return _table(name, found)


def _table(name: str, triples: Iterable[tuple[Any, Any, int]], classes: tuple[str, ...] = ()) -> Table:
    rows = []
    for number, (file, label, line) in enumerate(triples, 1):
        if not isinstance(file, str):
            raise DataError(f"{name}: entry {number} names no file but {file!r}.")
        rows.append(Row(file, _label_text(name, file, label, classes), line or number))
    return Table(name, tuple(rows), classes)


def _label_text(name: str, file: str, label: Any, classes: tuple[str, ...]) -> str | None:
    if label is None:
        return None
    if isinstance(label, float) and label.is_integer():
        label = int(label)
    if isinstance(label, bool) or not isinstance(label, str | int):
        raise DataError(
            f"{name}: the label of {file} is {json.dumps(label)[:80]}. It should be a name or a whole number."
        )
    if isinstance(label, int) and 0 <= label < len(classes):
        return classes[label]
    return str(label).strip() or None


# ---- lines ----------------------------------------------------------------------------------------------------------


def _parse_lines(name: str, text: str, is_chosen: bool) -> Table | None:
    header = next((line for line in text.splitlines() if line.strip()), "")
    for delimiter in sorted(_DELIMITERS, key=header.count, reverse=True):
        if delimiter not in header:
            break
        rows = csv.reader(io.StringIO(text), delimiter=delimiter, strict=False)
        table = _from_columns(name, rows, is_chosen)
        if table is not None:
            return table
    return None


def _from_columns(name: str, rows: Iterator[list[str]], is_chosen: bool) -> Table | None:
    numbered = ((number, row) for number, row in enumerate(rows, 1) if any(cell.strip() for cell in row))
    line, header = next(numbered, (0, []))
    names = [cell.strip().lower() for cell in header]
    file = next((names.index(column) for column in FILE_COLUMNS if column in names), None)
    label = next((names.index(column) for column in LABEL_COLUMNS if column in names), None)
    triples: list[tuple[Any, Any, int]] = []
    if file is None or label is None:
        if not is_chosen or len(header) != 2:
            return None
        file, label = 0, 1
        if "." in header[0]:  # no header but a file
            triples.append((header[0].strip(), header[1], line))
    for number, row in numbered:
        if len(row) <= file:
            raise DataError(f"{name}: line {number} names no file.")
        triples.append((row[file].strip(), row[label] if len(row) > label else None, number))
    return _table(name, triples)
