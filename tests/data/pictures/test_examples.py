"""Pictures to look at before an import: the odd ones first, then some from the whole source."""

from pathlib import Path

from PIL import Image

from ganstudio.data.pictures.examples import choose_examples
from support.imports import look
from support.picture_folder import save


def test_odd_pictures_come_first_each_with_its_reason_and_others_stand_for_the_rest(tmp_path: Path) -> None:
    for number in range(40):
        save(tmp_path / f"{number}.png", (number, 0, 0), (32, 32))
    save(tmp_path / "wide.png", (0, 0, 0), (60, 20))
    save(tmp_path / "tiny.png", (0, 0, 0), (6, 6))
    save(tmp_path / "glass.png", (0, 0, 0, 9), (32, 32))
    Image.new("I;16", (32, 32), 900).save(tmp_path / "deep.png")
    save(tmp_path / "grey.png", 7, (32, 32))
    chosen = choose_examples(look(tmp_path), 12)
    assert [(each.file.entry.path, each.why) for each in chosen[:5]] == [
        ("wide.png", "the widest"),
        ("tiny.png", "the smallest"),
        ("glass.png", "with transparency"),
        ("deep.png", "16 bits"),
        ("grey.png", "grey"),
    ]
    assert [(each.file.entry.path, each.why) for each in (chosen[5], chosen[-1])] == [("0.png", ""), ("39.png", "")]
    assert len({each.file.entry.path for each in chosen}) == 12
