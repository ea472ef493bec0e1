"""Settings as the user edits them: live, fixed, and with another data set."""

from dataclasses import replace

from ganstudio.data import catalog
from support.session import last_notice
from support.window import WAIT


def test_a_live_change_is_marked_and_takes_effect(session, reach, qtbot):
    session.training.start()
    reach("training", ticks=1)
    with qtbot.waitSignal(session.model.marked, timeout=WAIT) as told:
        session.settings.change("optimizer.d_lr", 1e-4)
    assert told.args[0].path == "optimizer.d_lr"
    assert session.model.config.optimizer.d_lr == 1e-4


def test_another_data_set_leaves_no_setting_that_cannot_be(session, monkeypatch):
    bare = replace(catalog.DATASETS["cifar10"], labels=())
    monkeypatch.setitem(catalog.DATASETS, "cifar10", bare)
    for path, value in (("network.conditional", True), ("network.classes", 10)):
        session.settings.change(path, value)
    session.settings.choose_dataset("fashion-mnist")
    assert session.model.config.network.conditional
    assert session.model.config.network.classes == 0  # as many as that one has
    session.settings.choose_dataset("cifar10")
    assert not session.model.config.network.conditional
    assert (session.model.config.data.channels, session.model.config.data.size) == (3, 32)
    session.settings.choose_dataset("digits")
    assert not session.model.config.network.conditional  # nobody asked for it


def test_a_smaller_data_set_is_seen_as_often_and_that_is_said(session):
    session.choose_preset("mnist-quick")
    session.settings.choose_dataset("digits")
    assert session.model.config.epochs == 167
    assert "167 epochs instead of 5" in last_notice(session).text
    session.settings.choose_dataset("mnist")
    assert session.model.config.epochs == 5


def test_a_fixed_setting_does_not_change_during_a_run(session, reach):
    session.training.start()
    reach("training")
    session.settings.change("network.width", 8)
    assert session.model.config.network.width == 4
    assert "cannot change during a run" in last_notice(session).text


def test_a_colour_data_set_brings_its_channels(session):
    session.settings.choose_dataset("cifar10")
    assert (session.model.config.data.size, session.model.config.data.channels) == (32, 3)
    session.settings.choose_dataset("digits")
    assert (session.model.config.data.size, session.model.config.data.channels) == (28, 1)
