"""Text of any script in pictures: which font each part is drawn with, and what stands for what no font has."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganstudio import fonts, picture_text
from ganstudio.picture_text import TextRun, clusters, draw_text, replacement, split_runs, text_width
from support.fonts import make_font


def forget_fonts() -> None:
    for cached in (fonts.installed_fonts, fonts.find_font, picture_text.split_runs):
        cached.cache_clear()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The only folder in which fonts are installed; empty at first."""
    monkeypatch.setattr(fonts, "font_folders", lambda: iter((tmp_path,)))
    forget_fonts()
    yield tmp_path
    forget_fonts()


def ink(text: str, width: int = 400) -> np.ndarray:
    """Where a text in black is drawn, (H, W)."""
    image = Image.new("RGB", (width, 60), "white")
    draw_text(image, (10, 30), text, 30, "#000000")
    return np.asarray(image.convert("L")) < 128


@pytest.mark.parametrize(
    ("text", "readable"),
    [
        ("Fréchet ß Ångström", "Frechet ss Angstrom"),
        ("−1 – 2 — 3…", "-1 - 2 - 3…"),
        ("数字", "(U+6570)(U+5B57)"),
        ("run 😀", "run (grinning face)"),
        ("x²", "x2"),
    ],
)
def test_what_no_font_has_can_be_read_all_the_same(folder: Path, text: str, readable: str) -> None:
    assert split_runs(text) == (TextRun(readable, None),)
    assert ink(text).any()


def test_plain_text_looks_for_no_font(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Iterator[Path]:
        raise AssertionError("plain text is in Pillow's own font")

    forget_fonts()
    monkeypatch.setattr(fonts, "font_folders", refuse)
    assert split_runs("a run · epoch 1.5, −3, 50\N{NARROW NO-BREAK SPACE}%…") == (
        TextRun("a run · epoch 1.5, -3, 50 %…", None),
    )


def test_a_character_is_drawn_with_the_font_that_has_it(folder: Path) -> None:
    font = make_font(folder / "some.ttf", "数字")
    assert split_runs("run 数字 1") == (TextRun("run ", None), TextRun("数字", font), TextRun(" 1", None))
    columns = ink("数字").any(axis=0)
    assert columns[10:70].mean() > 0.75  # two solid squares of 0.8 of their places
    assert text_width("数字", 30) == pytest.approx(60, abs=1)


def test_a_font_that_has_the_whole_text_comes_before_others(folder: Path) -> None:
    make_font(folder / "a.ttf", "К")
    whole = make_font(folder / "z.ttf", "Кот é")
    assert split_runs("Кот é") == (TextRun("Кот é", whole),)


def test_fonts_for_text_come_first_and_rough_ones_last(folder: Path) -> None:
    names = ("a/unifont.otf", "abc-Bold.ttf", "NotoColorEmoji.ttf", "zzz.ttf", "sub/DejaVuSans.ttf")
    made = {name: make_font(folder / name, "Ж") for name in names}
    (folder / "readme.txt").write_text("no font")
    best = [made[name] for name in ("sub/DejaVuSans.ttf", "zzz.ttf", "abc-Bold.ttf", "NotoColorEmoji.ttf")]
    for font in best:
        forget_fonts()
        assert fonts.find_font(frozenset({ord("Ж")}), last_resort=False) == font
        if not fonts.is_emoji_font(font):
            assert fonts.find_font(frozenset({ord("Ж")})) == font
        font.unlink()
    forget_fonts()
    assert fonts.find_font(frozenset({ord("Ж")}), last_resort=False) is None
    assert fonts.find_font(frozenset({ord("Ж")})) == made["a/unifont.otf"]


def test_emoji_come_from_a_font_of_emoji(folder: Path) -> None:
    make_font(folder / "DejaVuSans.ttf", "😀é")
    emoji = make_font(folder / "NotoColorEmoji.ttf", "😀é")
    assert split_runs("😀") == (TextRun("😀", emoji),)
    assert split_runs("é")[0].font != emoji


def test_a_damaged_font_is_passed_over(folder: Path) -> None:
    (folder / "a.ttf").write_bytes(b"\x00\x01\x00\x00" + bytes(8))
    (folder / "b.ttf").write_bytes(b"no font at all")
    good = make_font(folder / "c.ttf", "Ж")
    assert split_runs("Ж") == (TextRun("Ж", good),)


def test_words_from_right_to_left_stay_together(folder: Path) -> None:
    arabic = "مرحبا بالعالم"
    font = make_font(folder / "some.ttf", arabic)
    make_font(folder / "cjk.ttf", "数")
    assert TextRun(f"{arabic} ", font) in split_runs(f"数 {arabic} 数")


@pytest.mark.parametrize("whole", ["👩‍👩‍👧", "👍🏽", "🇩🇪", "❤️", "é", "हि"])
def test_what_belongs_together_is_one_cluster(whole: str) -> None:
    assert list(clusters(f"a{whole}b")) == ["a", whole, "b"]


def test_two_flags_are_two_clusters() -> None:
    assert list(clusters("🇩🇪🇫🇷")) == ["🇩🇪", "🇫🇷"]


def test_the_replacement_of_a_joined_emoji_names_its_parts() -> None:
    assert replacement("👩‍👧") == "(woman)(girl)"


@pytest.mark.parametrize(("anchor", "left"), [("left", 100), ("middle", 85), ("right", 70)])
def test_anchors(folder: Path, anchor: picture_text.Anchor, left: int) -> None:
    make_font(folder / "some.ttf", "Ж")
    image = Image.new("L", (200, 60), 255)
    draw_text(image, (100, 30), "Ж", 30, 0, anchor)
    (columns,) = np.nonzero((np.asarray(image) < 128).any(axis=0))
    assert columns[0] == pytest.approx(left + 3, abs=1)  # 0.1 of the square's place is free at its left


def test_colour_emoji_of_this_computer_have_their_colours() -> None:
    found = fonts.find_font(frozenset({ord("😀")}), emoji=True)
    if found is None or not fonts.is_emoji_font(found):
        pytest.skip("no font of emoji is installed on this computer")
    image = Image.new("RGB", (60, 60), "white")
    draw_text(image, (10, 30), "😀", 30, "#000000")
    pixels = np.asarray(image).astype(int)
    assert (pixels.max(axis=2) - pixels.min(axis=2)).max() > 100  # yellow
    assert text_width("😀", 30) == pytest.approx(36, abs=8)
