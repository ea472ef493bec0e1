"""Files that take long are written one after the other, and all of them before the thread ends."""

import time
from pathlib import Path

from ganstudio.gui.workers.file_writer import FileWriter


def test_every_file_is_written_before_the_thread_ends(qapp, tmp_path: Path) -> None:
    def write(path: Path) -> None:
        time.sleep(0.02)
        path.write_text("whole")

    thread = FileWriter()
    for number in range(3):
        thread.write(tmp_path / f"{number}.csv", write)
    assert thread.stop(20.0)
    assert [path.read_text() for path in sorted(tmp_path.glob("*.csv"))] == ["whole"] * 3


def test_a_folder_that_is_not_there_is_refused_and_the_next_file_written(qtbot, tmp_path: Path) -> None:
    thread = FileWriter()
    with qtbot.waitSignal(thread.refused, timeout=20_000) as refused:
        thread.write(tmp_path / "nowhere" / "curves.csv", lambda path: path.write_text("text"))
    assert "nowhere" in refused.args[0].message
    with qtbot.waitSignal(thread.written, timeout=20_000) as written:
        thread.write(tmp_path / "curves.csv", lambda path: path.write_text("text"))
    assert written.args == [str(tmp_path / "curves.csv")]
    assert thread.stop(20.0)
