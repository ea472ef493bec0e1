import json
from contextlib import closing
from pathlib import Path

import pytest

from ganstudio.data.pictures.labels import Labels, PartlyLabelledError, Unlabelled, assign, find_labels
from ganstudio.data.pictures.opening import open_source
from ganstudio.data.pictures.scan import scan
from ganstudio.data.pictures.verdicts import Verdict
from ganstudio.errors import DataError
from support.imports import bring_in, paths
from support.picture_folder import classes, save


def labels_of(path: Path, wanted: str = "auto") -> Labels:
    with closing(open_source(path)) as source:
        return find_labels(scan(source), source, wanted)


@pytest.fixture
def flat(tmp_path: Path) -> Path:
    """Three pictures beside each other."""
    folder = tmp_path / "flat"
    for name in ("1.png", "2.png", "10.png"):
        save(folder / name)
    return folder


# ---- folders ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["ant/1.png", "bee/1.png"], {"ant": 1, "bee": 1}),
        (["set/ant/1.png", "set/bee/x/1.png", "set/bee/2.png"], {"ant": 1, "bee": 2}),
        (["class 2/1.png", "class 10/1.png"], {"class 2": 1, "class 10": 1}),
        (["train/ant/1.png", "test/ant/1.png", "test/bee/1.png"], {"ant": 2, "bee": 1}),
        (["all/1.png", "all/2.png"], {}),
        (["1.png", "more/2.png"], {}),
        (["1.png", "more/ant/1.png", "more/bee/1.png"], {}),
    ],
)
def test_the_first_level_with_several_folders_gives_the_classes(
    tmp_path: Path, files: list[str], expected: dict[str, int]
) -> None:
    for name in files:
        save(tmp_path / name)
    (tmp_path / "empty").mkdir()
    counts = labels_of(tmp_path).count()
    assert (counts, list(counts)) == (expected, list(expected))


def test_pictures_beside_folders_of_classes_are_a_question(tmp_path: Path) -> None:
    classes(tmp_path)
    save(tmp_path / "loose.png")
    with pytest.raises(PartlyLabelledError, match=r"label in the folders: 1 of 7 pictures \(loose\.png\)") as asked:
        bring_in(tmp_path)
    assert "--unlabelled own-class, --unlabelled leave-out or --unlabelled ignore-labels" in asked.value.at_prompt
    own = bring_in(tmp_path, "own class", unlabelled=Unlabelled.OWN_CLASS)
    assert (own.info.classes, own.index.labels.tolist()) == (("ant", "bee", "unlabelled"), [0, 0, 0, 1, 1, 1, 2])
    out = bring_in(tmp_path, "left out", unlabelled=Unlabelled.LEAVE_OUT)
    assert (out.info.count, [(file.entry.path, file.entry.verdict) for file in out.skipped]) == (
        6,
        [("loose.png", Verdict.LEFT_OUT)],
    )
    none = bring_in(tmp_path, "ignored", unlabelled=Unlabelled.IGNORE_LABELS)
    assert (none.info.classes, none.info.count) == ((), 7)


def test_classes_whose_names_are_nearly_equal_stay_apart_and_are_named(tmp_path: Path) -> None:
    for name in ("01", "1", "Cat", "cat"):
        save(tmp_path / name / "a.png")
    labels = labels_of(tmp_path)
    assert list(labels.count()) == ["01", "1", "Cat", "cat"]
    assert [note.partition(" are ")[0] for note in labels.notes] == ["01 and 1", "Cat and cat"]


# ---- tables ----------------------------------------------------------------------------------------------------------

CLASSES = {"1.png": "b", "2.png": "a", "10.png": "b"}
RECORDS = [{"file_name": name, "label": label} for name, label in CLASSES.items()]
SPELLINGS = {
    "labels.csv": "file_name,label\n1.png,b\n2.png,a\n10.png,b\n",
    "marked.csv": "\ufefffile;class\n1.png;b\n2.png;a\n10.png;b\n",
    "quoted.tsv": 'Image\tnotes\tCategory\n"1.png"\t"a,b"\tb\n2.png\t\ta\n\n10.png\t\t b \n',
    "metadata.jsonl": "\n".join(map(json.dumps, RECORDS)) + "\n",
    "list.json": json.dumps([{"path": ".\\1.png", "class": "b"}, RECORDS[1], {"path": "10", "class": "b"}]),
    "map.json": json.dumps(CLASSES),
    "dataset.json": json.dumps({"labels": [["1.png", 1], ["2.png", 0], ["10.png", 1]], "class_names": ["a", "b"]}),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_tables_are_read_however_they_are_spelt(flat: Path, name: str) -> None:
    (flat / name).write_text(SPELLINGS[name], encoding="utf-8")
    labels = labels_of(flat)
    assert (labels.origin, labels.by_path) == (name, CLASSES)
    (flat / name).rename(flat.parent / name)
    assert labels_of(flat, str(flat.parent / name)).by_path == labels.by_path


def test_numbers_are_classes_in_their_order_and_a_table_comes_before_folders(tmp_path: Path) -> None:
    folder = classes(tmp_path / "source", ("x", "y"), 2)
    rows = [["x/1.png", 10], ["x/2.png", 9], ["y/1.png", 2.0], ["y/2.png", 9]]
    (folder / "dataset.json").write_text(json.dumps({"labels": rows}))
    done = bring_in(folder)
    assert done.info.classes == ("2", "9", "10")
    assert dict(zip(paths(done), done.index.labels.tolist(), strict=True)) == {
        "x/1.png": 2,
        "x/2.png": 1,
        "y/1.png": 0,
        "y/2.png": 1,
    }
    assert "not the names of folders" in done.notes[0]
    assert [(file.entry.path, file.entry.verdict) for file in done.skipped] == [("dataset.json", Verdict.LABELS)]


def test_names_in_a_table_that_are_not_there_are_listed(flat: Path) -> None:
    (flat / "labels.csv").write_text("file,label\n1.png,a\n2.png,b\n10.png,a\nnowhere.png,a\n")
    labels = labels_of(flat)
    assert labels.missing == ("nowhere.png",)
    assert "Named in labels.csv, but not there: nowhere.png." in labels.notes


def test_a_picture_with_two_labels_is_refused_and_one_named_twice_is_said(flat: Path) -> None:
    (flat / "labels.csv").write_text("file,label\n1.png,a\n2.png,b\n10.png,a\n1.png,a\n")
    assert any("with the same label: 1 times" in note for note in labels_of(flat).notes)
    (flat / "labels.csv").write_text("file,label\n1.png,a\n2.png,b\n1.png,c\n")
    with pytest.raises(DataError, match=r"1\.png has two labels: 'a' \(labels\.csv, line 2\) and 'c' \(.*line 4\)"):
        labels_of(flat)


@pytest.mark.parametrize("empty", ["", "null"])
def test_a_row_without_a_label_leaves_the_picture_without(flat: Path, empty: str) -> None:
    if empty:
        (flat / "labels.json").write_text('[{"file": "1.png", "label": "a"}, {"file": "2.png", "label": null}]')
    else:
        (flat / "labels.csv").write_text("file,label\n1.png,a\n2.png,\n")
    with pytest.raises(PartlyLabelledError, match=r"in labels\..*: 2 of 3 pictures \(2\.png, 10\.png\)"):
        bring_in(flat)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "is no table of labels"),
        (b"a,b,c\n1,2,3\n", "is no table of labels"),
        (b"file,label\nother.png,a\n", 'gives no picture in .* a label. It begins with "other.png"'),
        (b'{"labels": [["1.png", [0.5, 0.5]]]}', r"the label of 1\.png is \[0\.5, 0\.5\]\. It should be"),
        (b"[" * 100_000, "is no table of labels"),
    ],
)
def test_a_table_that_cannot_be_used_says_what_was_expected(flat: Path, content: bytes, says: str) -> None:
    table = flat.parent / "table.csv"
    table.write_bytes(content)
    with pytest.raises(DataError, match=says):
        labels_of(flat, str(table))


def test_of_two_tables_one_has_to_be_chosen(flat: Path) -> None:
    for name, label in (("b.csv", "b"), ("c.csv", "c")):
        (flat / name).write_text(f"file,label\n1.png,{label}\n")
    with pytest.raises(DataError, match=r"b\.csv and c\.csv are both tables of labels"):
        labels_of(flat)
    assert labels_of(flat, str(flat / "c.csv")).by_path == {"1.png": "c"}
    assert labels_of(flat, "none") == Labels()


def test_more_than_256_classes_have_numbers_of_their_own(tmp_path: Path) -> None:
    names = [f"{number}.png" for number in range(300)]
    labels = Labels("t", {name: f"class {number}" for number, name in enumerate(names)})
    given = assign(labels, names)
    assert [given.numbers[name] for name in names] == list(range(300))
    with pytest.raises(DataError, match=r"10,001 classes .* 10,000 are the most"):
        assign(Labels("t", {str(n): str(n) for n in range(10_001)}), list(map(str, range(10_001))))
