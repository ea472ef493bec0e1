"""Previews of exports."""

from pathlib import Path

import numpy as np
from PIL import Image

from ganstudio.export.job import Content
from ganstudio.gui.export.dialog import ExportDialog
from ganstudio.gui.export.preview import _Picture
from ganstudio.gui.model.run_model import RunModel
from support.export_dialog import open_run
from support.panels import SMALL, grid


def test_the_preview_is_what_the_file_will_be(qtbot, dialog: ExportDialog, model: RunModel, tmp_path: Path) -> None:
    """Made by the same writers; a format that is no picture is stood for by one."""
    open_run(model, tmp_path / "run")
    picture = dialog.preview.picture
    qtbot.waitUntil(lambda: not picture.frame().isNull(), timeout=30_000)
    assert picture.frame().toImage().pixelColor(0, 0).red() == grid(20).pictures[0, 0, 0]
    model.view(10)
    qtbot.waitUntil(lambda: picture.frame().toImage().pixelColor(0, 0).red() == grid(10).pictures[0, 0, 0])
    dialog.choose("mp4", Content.PROGRESS)
    qtbot.waitUntil(lambda: picture.frame_count == 2, timeout=30_000)
    dialog.choose("onnx")
    qtbot.waitUntil(lambda: "16 pictures" in dialog.preview.caption.text() and picture.frame_count == 0, timeout=30_000)
    assert not picture.frame().isNull()
    assert list((tmp_path / "out").iterdir()) == []
    model.begin(SMALL)
    assert picture.frame().isNull()


def test_the_preview_of_a_very_large_picture_is_small(qtbot, dialog: ExportDialog, model: RunModel, tmp_path) -> None:
    open_run(model, tmp_path / "run")
    picture = dialog.preview.picture
    dialog.choose("png", Content.GRID)
    qtbot.waitUntil(lambda: not picture.frame().isNull(), timeout=30_000)
    usual = picture.frame().size()
    dialog.form.scale.setValue(60)
    qtbot.waitUntil(lambda: picture.frame().width() > usual.width(), timeout=30_000)
    assert max(picture.frame().width(), picture.frame().height()) == 2048


def test_a_preview_that_cannot_be_made_says_why(qtbot, dialog: ExportDialog, model: RunModel, tmp_path: Path) -> None:
    open_run(model, tmp_path / "run")
    for path in (tmp_path / "run" / "snapshots").iterdir():
        path.write_bytes(b"broken")
    dialog.choose("safetensors")
    qtbot.waitUntil(lambda: ".safetensors" in dialog.preview.caption.text(), timeout=30_000)


def test_thin_lines_of_a_larger_picture_stay_whole(qtbot, tmp_path: Path) -> None:
    lines = np.full((900, 900), 255, np.uint8)
    lines[::45] = 0  # one line of 45: a painter that takes four pixels for each of nine finds some of them only
    Image.fromarray(lines).save(tmp_path / "lines.png")
    picture = _Picture()
    qtbot.addWidget(picture)
    picture.resize(100, 100)
    picture.show_file(tmp_path / "lines.png")
    shown = picture.grab().toImage()
    column = [shown.pixelColor(50, round(y * shown.height() / 100)).red() for y in range(100)]
    assert sum(each < 250 for each in column) >= 20
