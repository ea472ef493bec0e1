"""From one run to another: opening, presets, new runs."""

from support.session import choose
from support.window import TINY


def test_opening_another_run_while_one_trains_asks_first(session, finished_run, reach):
    session.training.start()
    reach("training")
    session.open_run(finished_run)
    assert session.model.status == "training"
    choose(session, "Stop and save")
    reach("finished", ticks=1)
    assert session.model.folder.path == finished_run


def test_a_preset_is_taken_as_a_new_run(session, finished_run, reach):
    session.open_run(finished_run)
    reach("finished")
    session.choose_preset("gan-2014")
    assert session.model.folder is None
    assert session.model.status == "idle"
    assert session.model.config.network.name == "mlp"
    assert session.model.config.preset == "gan-2014"


def test_a_new_run_keeps_settings_but_not_the_device_of_the_last(session, finished_run, reach):
    session.open_run(finished_run)
    reach("finished")
    session.new_run_like()
    assert session.model.folder is None
    assert session.model.config.network == TINY.network
    assert session.model.config.engine.device == "auto"
