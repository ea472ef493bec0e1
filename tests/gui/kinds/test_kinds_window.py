"""The window of the kinds that G makes."""

import contextlib
import gc
import weakref
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QHelpEvent
from PySide6.QtWidgets import QToolTip

from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.data.dataset import Dataset
from ganstudio.errors import DataError, InputError
from ganstudio.events import RunStatus, Saved
from ganstudio.gui.kinds import window as kinds_window
from ganstudio.gui.kinds.cells import state_of
from ganstudio.gui.kinds.window import KindsWindow, describe
from ganstudio.gui.widgets import theme
from ganstudio.gui.workers import kinds as workers
from ganstudio.gui.workers.real_pictures import KnownData
from ganstudio.latent.sampler import Sampler
from support import models
from support.explorer import Kit, kit
from support.window import TINY, WAIT

DIGITS = replace(TINY, data=cfg.DataConfig("digits", 8), network=cfg.NetworkConfig("mlp", 8, 8))
LAB = replace(TINY, data=cfg.DataConfig("lab-ring-8", 32), network=cfg.NetworkConfig("points", 2, 8))


class Drawing:
    """Stands for a generator that makes certain real digits."""

    z_size, classes, at_once = 8, 0, 64

    def __init__(self, left_out: int) -> None:
        digits = catalog.load("digits", size=8, channels=1)
        self.pictures = digits.images[digits.labels != left_out]

    def sample(self, z: np.ndarray, labels: np.ndarray | None) -> np.ndarray:
        chosen = (np.abs(z[:, 0] * 1e4).astype(int)) % len(self.pictures)
        return self.pictures[chosen]


@pytest.fixture
def opened(qtbot, dressed, thread, tmp_path: Path, monkeypatch) -> Iterator[tuple[KindsWindow, Kit]]:
    monkeypatch.setattr(kinds_window, "_PAUSE", 1)
    monkeypatch.setattr(Sampler, "from_model", lambda model: Drawing(model.step + 2))
    run = kit(tmp_path, thread, DIGITS)
    window = KindsWindow(run.model, run.explorer)
    qtbot.addWidget(window)
    yield window, run
    window.close()
    assert window.stop()


def test_missing_kinds_are_named_and_marked_and_the_map_follows_the_run(opened, qtbot, qapp, tmp_path: Path) -> None:
    window, run = opened
    window.look()
    assert window._asked is None  # nobody looks
    window.show()
    qtbot.waitUntil(lambda: window.found is not None, timeout=WAIT)
    assert "1 of 10 kinds missing: 3." in window.says.text()
    assert "Generator of step 1" in window.says.text()
    assert "real pictures that were tried" in window.about.text()
    place = window.cells.cell(3)
    image = window.cells.grab().toImage()
    ratio = image.devicePixelRatio()
    edge = image.pixelColor(int((place.left() + 1) * ratio), int(place.center().y() * ratio))
    assert edge == QColor(theme.current().alarm)
    assert all(example.base is None for example in window.found.examples.values())  # none keeps its whole batch
    assert window.cells.describe(3).endswith("missing")
    assert window.cells.kind_at(place.center().x(), place.center().y()) == 3
    assert window.cells.describe(3) in window.cells.accessibleDescription()
    at = place.center().toPoint()
    qapp.sendEvent(window.cells, QHelpEvent(QEvent.Type.ToolTip, at, window.cells.mapToGlobal(at)))
    assert window.cells.describe(3) in QToolTip.text()
    models.write(tmp_path / "2.safetensors", DIGITS, step=2)
    run.model.handle(Saved(2, "snapshot", str(tmp_path / "2.safetensors")))
    qtbot.waitUntil(lambda: "1 of 10 kinds missing: 4." in window.says.text(), timeout=WAIT)


def test_it_shows_the_modes_of_points_and_says_why_there_is_no_map(qtbot, dressed, thread, tmp_path: Path) -> None:
    for name, says in (("lab-ring-8", "of 8 modes"), ("lab-spiral", "no separate modes")):
        (tmp_path / name).mkdir()
        run = kit(tmp_path / name, thread, replace(LAB, data=cfg.DataConfig(name, 32)))
        window = KindsWindow(run.model, run.explorer)
        qtbot.addWidget(window)
        window.show()

        def shown(window=window) -> str:
            return window.says.text() + window.cells.accessibleDescription()

        qtbot.waitUntil(lambda says=says: says in shown() or "no mode yet" in shown(), timeout=WAIT)
        assert (window.found is None) == (name == "lab-spiral")
        window.close()
        assert window.stop()


def test_an_open_run_without_a_snapshot_has_no_kinds_of_the_bundled_model(opened, qtbot) -> None:
    window, run = opened
    run.model.snapshots.clear()
    window.show()
    qtbot.waitUntil(lambda: window.found is not None, timeout=WAIT)  # no run is open
    run.model.set_status(RunStatus.TRAINING)
    qtbot.waitUntil(lambda: "first snapshot" in window.cells.accessibleDescription(), timeout=WAIT)
    assert window.found is None


def test_most_pictures_of_no_kind_are_said_first(opened, qtbot) -> None:
    window, _ = opened
    window.show()
    qtbot.waitUntil(lambda: window.found is not None, timeout=WAIT)
    early = replace(window.found.map, recognised=0.1, missing=(), rare=())
    assert "are of no kind yet, so nothing is called missing" in describe(early, "kind", "pictures")
    sparse = replace(window.found.map, missing=(), rare=(), unsure=(4,))
    assert "No kind is known to be missing. So rare in the data that there may be none by chance: 4." in describe(
        sparse, "kind", "pictures"
    )
    assert state_of(sparse, 4) == "too rare to tell"
    obeyed = np.full(10, 0.9)
    obeyed[6] = 0.1
    assert "G mostly makes others: 6." in describe(replace(window.found.map, obeyed=obeyed), "kind", "pictures")


def test_what_could_not_be_told_is_tried_again_when_the_window_is_shown_again(opened, qtbot, monkeypatch) -> None:
    window, _ = opened

    def refuse(*_: object) -> None:
        raise DataError("It is not here.")

    with monkeypatch.context() as missing:
        missing.setattr(workers, "load_native", refuse)
        window.show()
        qtbot.waitUntil(lambda: "not here" in window.cells.accessibleDescription(), timeout=WAIT)
    window.close()
    qtbot.waitUntil(lambda: not window._pause.isActive(), timeout=WAIT)
    window.show()
    qtbot.waitUntil(lambda: window.found is not None, timeout=WAIT)


def test_of_data_whose_kinds_cannot_be_told_only_the_reason_is_kept(monkeypatch) -> None:
    loaded: list[weakref.ref[np.ndarray]] = []

    def load(*_: object) -> Dataset:
        digits = catalog.load("digits", size=8, channels=1)
        images = digits.images.copy()
        loaded.append(weakref.ref(images))
        return replace(digits, images=images, labels=np.random.default_rng(0).permutation(digits.labels))

    monkeypatch.setattr(workers, "load_native", load)
    thread = workers.KindsThread()
    for _ in range(2):
        with pytest.raises(InputError, match="cannot be told reliably"):
            thread._find_judge(KnownData(DIGITS.data, None))
    gc.collect()
    assert [image() for image in loaded] == [None]


def test_kinds_are_looked_for_anew_in_a_set_that_has_changed(monkeypatch) -> None:
    made: list[str] = []
    thread = workers.KindsThread()
    monkeypatch.setattr(thread, "_make_judge", lambda known: made.append(known.fingerprint))
    for known, now in ((KnownData(DIGITS.data, None), "a"), (KnownData(DIGITS.data, None, "a"), "b")):
        monkeypatch.setattr(workers.imported, "fingerprint_of", lambda name, home, now=now: now)
        thread._judge = thread._data = None
        thread._find_judge(known)
        thread._judge = "known"
        with pytest.raises(InputError, match="known"):
            thread._find_judge(known)
        monkeypatch.setattr(workers.imported, "fingerprint_of", lambda name, home: "c")
        with contextlib.suppress(InputError):
            thread._find_judge(known)
    assert made == ["", "", "a"]
