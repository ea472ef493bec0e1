"""What the GUI thread asks the disk for: nothing while settings are edited, themes change or figures come in."""

from ganstudio import presets, user_presets
from ganstudio.gui.window.main_window import MainWindow
from ganstudio.system import paths
from support import disk
from support.panels import grid, tick
from support.window import TINY


def edit(window: MainWindow) -> None:
    window.setup.edited.emit("optimizer.d_lr", 0.3)
    window.setup.edited.emit("objective.loss", "wgan")
    window.setup.edited.emit("data.name", "mnist")
    window.actions_["undo"].trigger()


def test_nothing_is_read_while_a_person_works_in_the_window(open_window, qtbot):
    own = user_presets.save(TINY, "My preset")
    window = open_window(own.config)
    edit(window)  # what is looked up once
    window.setup.edited.emit("optimizer.d_lr", 0.0002)
    with disk.watched() as calls:
        edit(window)
        for name in (presets.DEFAULT, own.name):
            window.session.choose_preset(name)
        for status in ("starting", "training", "paused", "finished"):
            window.model.set_status(status)
        for step in (10, 20):
            window.model.handle_all([tick(step), grid(step)])
            window.model.view(step)
        for _ in range(2):
            window.actions_["lightTheme"].trigger()
    of_the_program = str(paths.resources())
    assert {call.lines[:3] for call in calls if not call.path.startswith(of_the_program)} == set()


def test_presets_that_are_kept_are_read_again_when_one_is_written_or_the_list_opened(tmp_path, qapp):
    user_presets.save(TINY, "First")
    presets.hold()
    user_presets.save(TINY, "Second")
    file = user_presets._path("second")
    assert {"first", "second"} < set(presets.names())
    file.with_name("third.toml").write_bytes(file.read_bytes())
    assert "third" not in presets.names()
    presets.reread()
    assert presets.load("third").title == "Second"
    user_presets.remove("second")
    assert "second" not in presets.names()
