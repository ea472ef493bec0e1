import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganstudio import config as cfg
from ganstudio.data.pictures.recipe import Channels, Fit, Recipe
from ganstudio.gui.workers.project import Projected, ProjectThread
from ganstudio.gui.workers.sampling import SampleThread
from ganstudio.latent import inversion
from ganstudio.latent.prepare import prepare
from support.explorer import WAIT, Kit, kit
from support.imports import bring_in, pictures
from support.panels import CONDITIONAL


@pytest.fixture
def made(tmp_path: Path, thread: SampleThread) -> Kit:
    return kit(tmp_path, thread, CONDITIONAL)


def thread_for(made: Kit, what: object) -> ProjectThread:
    source = made.explorer.generator
    assert source is not None
    return ProjectThread(source, what)


def drawn(made: Kit, label: int = 4) -> np.ndarray:
    """A picture that the generator makes; brought to the middle it is one that it can make but nearly."""
    mix = np.eye(10, dtype=np.float32)[[label]]
    return made.makes(np.full((1, made.explorer.z_size), 0.4), mix)[0]


def test_finds_a_z_whose_picture_is_near(qtbot, made: Kit) -> None:
    thread, shown = thread_for(made, drawn(made)), []
    thread.progressed.connect(shown.append)
    with qtbot.waitSignal(thread.found, timeout=WAIT) as got:
        thread.start()
    assert thread.wait(5000)
    found: Projected = got.args[0]
    assert found.z.shape == (made.explorer.z_size,)
    assert found.mix is not None
    assert sorted(found.mix) == [0.0] * 9 + [1.0]
    assert np.array_equal(found.picture, made.makes(found.z[None], found.mix[None])[0])
    target = prepare(drawn(made), 28, 1, centred=True).astype(float)
    z = np.random.default_rng(0).standard_normal((50, made.explorer.z_size))
    random = made.makes(z, np.eye(10, dtype=np.float32)[np.arange(50) % 10])
    assert found.error == pytest.approx(np.abs(found.picture - target).mean() / 255)
    assert found.error < np.abs(random - target).mean((1, 2)).min() / 255
    assert len(shown) > 0


def test_shows_what_it_has_so_far_and_stops_when_told(qtbot, made: Kit, monkeypatch) -> None:
    monkeypatch.setattr(inversion, "STEPS", 10**9)
    monkeypatch.setattr(inversion, "PROGRESS_SECONDS", 0.0)
    thread, found = thread_for(made, drawn(made)), []
    thread.found.connect(found.append)
    with qtbot.waitSignal(thread.progressed, timeout=WAIT) as got:
        thread.start()
    assert got.args[0].shape == (28, 28)
    thread.request_stop()
    assert thread.wait(5000)
    qtbot.wait(10)
    assert found == []


def test_a_drawn_digit_is_looked_for_where_digits_lie(qtbot, made: Kit, monkeypatch) -> None:
    """A sketch in the corner of the canvas is brought to the middle: the generator has seen none elsewhere."""
    targets = []
    plain = inversion.project
    monkeypatch.setattr(
        inversion,
        "project",
        lambda sampler, pictures, **more: (targets.append(pictures), plain(sampler, pictures, **more))[1],
    )
    sketch = np.zeros((28, 28), np.uint8)
    sketch[2:10, 2:4] = 255
    thread = thread_for(made, sketch)
    with qtbot.waitSignal(thread.found, timeout=WAIT):
        thread.start()
    assert thread.wait(5000)
    rows, columns = np.nonzero(targets[0][0] > 100)
    assert (rows.mean(), columns.mean()) == pytest.approx((13.5, 13.5), abs=1.0)
    assert rows.max() - rows.min() + 1 == pytest.approx(20, abs=1)


def test_a_picture_file_is_shown_as_it_is_looked_for(qtbot, made: Kit, tmp_path: Path) -> None:
    Image.fromarray(np.pad(np.zeros((60, 10), np.uint8), 40, constant_values=255)).save(tmp_path / "one.png")
    thread = thread_for(made, tmp_path / "one.png")
    prepared = []
    thread.prepared.connect(prepared.append)
    with qtbot.waitSignal(thread.found, timeout=WAIT):
        thread.start()
    assert thread.wait(5000)
    (picture,) = prepared
    assert picture.shape == (28, 28)
    assert picture[14, 14] > 200
    assert picture[14, 3] == 0  # white on black, as MNIST's


def test_a_picture_file_is_read_as_the_imported_pictures_were(qtbot, tmp_path: Path, thread: SampleThread) -> None:
    (tmp_path / "mine").mkdir()
    wide = tmp_path / "mine" / "wide.png"
    Image.new("RGBA", (64, 32), (255, 0, 0, 51)).save(wide)
    learned = bring_in(tmp_path / "mine", "mine", Recipe(28, 28, Channels.GRAY, Fit.PAD, "#0000ff"))
    made = kit(tmp_path, thread, cfg.change(CONDITIONAL, "data.name", "mine"))
    thread_to_try = thread_for(made, wide)
    with qtbot.waitSignal(thread_to_try.prepared, timeout=WAIT) as got:
        thread_to_try.start()
    thread_to_try.request_stop()
    assert thread_to_try.wait(5000)
    assert np.array_equal(got.args[0], pictures(learned)[0, ..., 0])
    assert {*np.unique(got.args[0])} == {29, 39}  # paper, and a little red on it


@pytest.mark.parametrize("name", ["gone.png", "words.png", "empty.png"])
def test_what_cannot_be_used_is_refused_in_words(qtbot, made: Kit, tmp_path: Path, name: str) -> None:
    (tmp_path / "words.png").write_text("no picture")
    Image.new("L", (30, 30)).save(tmp_path / "empty.png")
    thread = thread_for(made, tmp_path / name)
    with qtbot.waitSignal(thread.refused, timeout=WAIT) as got:
        thread.start()
    assert thread.wait(5000)
    assert got.args[0].message.endswith(".")
    assert name in got.args[0].message or "seems to be empty" in got.args[0].message


def test_an_error_nobody_expected_is_told_whole(qtbot, made: Kit, monkeypatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(inversion, "project", broken)
    thread = thread_for(made, drawn(made))
    with qtbot.waitSignal(thread.failed, timeout=WAIT) as got:
        thread.start()
    assert thread.wait(5000)
    assert "boom" in got.args[0].message
    assert "Traceback" in got.args[0].details


def test_it_takes_one_core_only(qtbot, made: Kit, monkeypatch) -> None:
    import torch

    seen, before, plain = [], torch.get_num_threads(), inversion.project

    def watched(*args: object, **more: object) -> object:
        seen.append((torch.get_num_threads(), threading.current_thread() is threading.main_thread()))
        return plain(*args, **more)

    torch.set_num_threads(2)
    try:
        monkeypatch.setattr(inversion, "project", watched)
        thread = thread_for(made, drawn(made))
        with qtbot.waitSignal(thread.found, timeout=WAIT):
            thread.start()
        assert thread.wait(5000)
        assert seen == [(1, False)]
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
