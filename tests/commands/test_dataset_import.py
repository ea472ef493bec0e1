import csv
import io
from pathlib import Path

import pytest
from PIL import Image

from ganstudio import cli
from ganstudio.data.pictures import stored
from support.imports import bytes_of
from support.picture_folder import classes, encoded, save


class Typed:
    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *words: str) -> tuple[int, str, str]:
        try:
            code = cli.main(["datasets", *words])
        except SystemExit as ended:
            code = int(ended.code or 0)
        return code, *self._capsys.readouterr()


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(capsys)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = classes(tmp_path / "holiday", ("ant", "bee"), 3)
    (folder / "ant" / "cut.png").write_bytes(encoded(size=(64, 64))[:60])
    return folder


def test_pictures_are_imported_shown_brought_up_to_date_and_removed(typed: Typed, source: Path) -> None:
    code, out, err = typed("import", str(source), "--size", "24x48", "--fit", "pad", "--paper", "#102030")
    assert code == 0
    assert "read 6 + skipped 1 = found 7" in out
    assert "2 classes from the folders: ant 3, bee 3" in out
    assert "Train on it: ganstudio train --preset own-64 --data.name holiday\n" in out
    assert "told which class to draw, add --network.conditional.\n" in out
    assert "--size 24x48\n" in err  # no reason for what was chosen
    assert "--channels rgb: All 7 pictures are in colour." in err
    assert "holiday" in typed()[1]
    assert "6 pictures of 24x48, colour" in typed("show", "holiday")[1]
    rows = list(csv.reader(io.StringIO(typed("show", "holiday", "--skipped")[1])))
    assert rows == [["file", "verdict", "reason"], ["ant/cut.png", "broken", "it is cut off; its end is missing"]]
    assert typed("update", "holiday")[1] == "holiday is up to date: 6 pictures.\n"
    save(source / "cow" / "1.png")
    assert "3 classes from the folders: ant 3, bee 3, cow 1" in typed("update", "holiday")[1]
    assert stored.read_info(stored.newest(stored.set_folder("holiday"))).recipe["paper"] == "#102030"
    code, out, _ = typed("remove", "holiday")
    assert (code, stored.list_names(), source.exists()) == (0, [], True)
    assert typed("show", "holiday")[0] == 2


def test_a_set_whose_pictures_were_moved_is_brought_up_to_date_from_there(typed: Typed, source: Path) -> None:
    typed("import", str(source))
    moved = source.rename(source.with_name("moved"))
    code, _, err = typed("update", "holiday")
    assert (code, "which is not there. If they were moved, say where to: --source PATH" in err) == (2, True)
    assert typed("update", "holiday", "--source", str(moved))[1] == "holiday is up to date: 6 pictures.\n"


def test_a_set_that_a_run_needs_is_removed_only_by_force(typed: Typed, source: Path, tmp_path: Path) -> None:
    typed("import", str(source))
    run = tmp_path / "run"
    run.mkdir()
    (run / "run.toml").touch()
    stored.keep_for_run(stored.newest(stored.set_folder("holiday")), run)
    code, _, err = typed("remove", "holiday")
    assert (code, "holiday is needed to resume run." in err) == (2, True)
    assert typed("remove", "holiday", "--force")[0] == 0


def test_the_list_says_what_to_do_about_a_set_that_cannot_be_used(typed: Typed, source: Path) -> None:
    typed("import", str(source))
    version = stored.newest(stored.set_folder("holiday"))
    (version / stored.INFO).write_text("damaged")
    advice = "To remove it: ganstudio datasets remove holiday\n"
    assert advice in typed()[1]
    assert advice in typed("update", "holiday")[2]
    (version / stored.COMPLETE).unlink()
    assert "The import of holiday was not finished. Import the same pictures again" in typed()[1]


def test_partly_labelled_pictures_are_a_question(typed: Typed, source: Path) -> None:
    save(source / "loose.png")
    code, _, err = typed("import", str(source))
    assert code == 2
    assert "Add --unlabelled own-class, --unlabelled leave-out or --unlabelled ignore-labels." in err
    assert stored.list_names() == []
    code, out, _ = typed("import", str(source), "--unlabelled", "own-class")
    assert (code, "unlabelled 1" in out) == (0, True)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["import"], "Which pictures? Give their folder: ganstudio datasets import PATH"),
        (["import", "{missing}"], "is not there. Name a folder, a zip or tar archive, or a file of arrays"),
        (["import", "{empty}"], "is empty. Name a folder or an archive with pictures."),
        (["import", "{source}", "--name", "mnist"], "There is already a data set named mnist"),
        (["import", "{source}", "--name", "../x"], "cannot be named '../x'"),
        (
            ["import", "{source}", "--size", "big"],
            "--size big is none that networks can make: a side such as 64 or height x width such as 96x128",
        ),
        (["import", "{source}", "--size", "100x75"], "Nearest: 128x96"),
        (["import", "{source}", "--fit", "squeeze"], "squeeze is unknown"),
        (["import", "{source}", "--paper", "transparent", "--channels", "rgb"], "Paper can be transparent only if"),
        (["import", "{source}", "--labels", "{missing}"], "It should be a table of labels"),
        (["show", "holidays"], "There is no data set named 'holidays'"),
        (["update", "mnist"], "mnist is part of the program"),
        (["remove", "mnist"], "MNIST is no set of imported pictures"),
        (["remove", "../holiday"], "There is no data set named '../holiday'"),
        (["show", "mnist", "--force"], "--force belongs to ganstudio datasets remove"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words_and_writes_nothing(
    typed: Typed, source: Path, tmp_path: Path, words: list[str], says: str
) -> None:
    (tmp_path / "empty").mkdir()
    places = {"source": source, "missing": tmp_path / "missing", "empty": tmp_path / "empty"}
    code, _, err = typed(*(word.format(**places) for word in words))
    assert code == 2
    assert says in err
    assert not stored.home_of().exists()


def test_reasons_are_true_of_what_was_chosen_otherwise(typed: Typed, source: Path, tmp_path: Path) -> None:
    *_, err = typed("import", str(source), "--size", "16x24")
    assert "--fit crop: The middle of each picture, as much of it as this shape allows.\n" in err
    save(source / "ant" / "glass.png", (1, 2, 3, 4))
    *_, err = typed("import", str(source), "--name", "black", "--paper", "black")
    assert "--channels rgb: 1 of 8 pictures may have transparent parts, which become paper." in err


def test_the_default_is_what_suits_the_pictures(typed: Typed, tmp_path: Path) -> None:
    for number in range(4):
        save(tmp_path / "flags" / f"{number}.png", (number, 9, 9, 200), (320, 240))
    _, out, err = typed("import", str(tmp_path / "flags"))
    assert "4 pictures of 48x64, colour with transparency" in out
    assert "--stabilise.mirror" not in out  # drawings
    assert "--size 48x64: All pictures have 240 x 320 pixels (height x width); this size has the same shape." in err
    assert "--fit pad: Nothing is cut off; what is beside a picture becomes paper." in err
    assert (
        "4 pictures of 48x64, colour\n"
        in typed("import", str(tmp_path / "flags"), *["--channels", "rgb", "--name", "rgb"])[1]
    )
    assert bytes_of(stored.newest(stored.set_folder("flags"))).keys() >= {"pictures.npy", "COMPLETE"}


def test_photos_of_any_shape_are_trained_on_mirrored_too_and_notes_are_said(typed: Typed, tmp_path: Path) -> None:
    folder = tmp_path / "cats"
    for number, size in enumerate([(64, 48), (64, 48), (48, 64), (80, 60)]):
        save(folder / f"{number}.jpg", (number, 9, 9), size)
    Image.new("CMYK", (64, 48)).save(folder / "4.jpg")
    _, out, err = typed("import", str(folder))
    assert "--size 48x64: The middle shape is 1.33 to 1 (width to height); this size has the same shape." in err
    assert "1 picture in printing colours (CMYK): converted.\n" in out
    assert "--stabilise.mirror: All 5 pictures are photos, which look as real mirrored.\n" in out
    assert out.endswith("Train on it: ganstudio train --preset own-64 --data.name cats --stabilise.mirror\n")
