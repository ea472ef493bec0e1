"""Another data set: its size, its colours, and as many pictures seen as before."""

import dataclasses

import pytest

from ganstudio import config as cfg
from ganstudio import presets
from ganstudio.data import catalog
from ganstudio.data.dataset_switch import describe_switch, keep_imported, switch_dataset
from ganstudio.errors import DataError

QUICK = presets.load("mnist-quick").config


def test_as_many_pictures_are_seen_there_and_back() -> None:
    small = switch_dataset(QUICK, "digits")
    assert (small.epochs, small.output.report_epochs, small.measure.every) == (167, 33, 33)
    assert switch_dataset(small, "mnist").epochs == QUICK.epochs


@pytest.mark.parametrize(("epochs", "there"), [(1, 1), (10, 1), (100, 3), (0, 0), (1_000_000, 29_950)])
def test_never_less_than_one_epoch_and_none_stays_none(epochs: int, there: int) -> None:
    assert switch_dataset(cfg.RunConfig(data=cfg.DataConfig("digits"), epochs=epochs), "mnist").epochs == there


def test_limits_hold() -> None:
    long = dataclasses.replace(QUICK, epochs=900_000)
    in_turn = cfg.change(cfg.change(long, "schedule.d_epochs", 50), "schedule.mode", "epochs")
    small = switch_dataset(in_turn, "digits")
    assert (small.epochs, small.schedule.d_epochs, small.schedule.g_epochs) == (1_000_000, 100, 33)


def test_epochs_may_stay_and_the_same_data_changes_nothing() -> None:
    assert switch_dataset(QUICK, "digits", keep_epochs=True).epochs == QUICK.epochs
    assert switch_dataset(QUICK, "mnist") is QUICK


@pytest.mark.parametrize(("count", "interval"), [(60, 10), (127, 10), (256, 3), (640, 1)])
def test_a_few_pictures_are_not_reported_and_measured_in_every_step(
    monkeypatch: pytest.MonkeyPatch, count: int, interval: int
) -> None:
    few = dataclasses.replace(catalog.find("digits"), name="few", count=count)
    monkeypatch.setattr(catalog, "find", {"few": few}.__getitem__)
    base = cfg.change(cfg.change(QUICK, "optimizer.batch_size", 64), "output.report_epochs", 1)
    assert (base.output.report_epochs, base.measure.every) == (1, 1)
    config = switch_dataset(base, "few", keep_epochs=True)
    assert (config.epochs, config.output.report_epochs, config.measure.every) == (base.epochs, interval, interval)
    never = switch_dataset(cfg.change(base, "measure.every", 0), "few", keep_epochs=True)
    assert never.measure.every == 0


def test_size_and_colours_are_the_data_sets_own() -> None:
    colour = switch_dataset(presets.load("mnist-conditional").config, "cifar10")
    assert (colour.data.size, colour.data.channels, colour.network.conditional) == (32, 3, True)
    large = switch_dataset(cfg.change(QUICK, "data.size", 64), "cifar10")
    assert large.data.size == 64


def test_a_shape_that_is_not_square_is_the_data_sets_own(monkeypatch: pytest.MonkeyPatch) -> None:
    flags = dataclasses.replace(catalog.find("cifar10"), name="flags", height=96, width=128, size=128, imported=True)
    monkeypatch.setattr(catalog, "find", {"flags": flags, "mnist": catalog.find("mnist")}.__getitem__)
    wide = switch_dataset(cfg.change(QUICK, "data.size", 64), "flags")
    assert (wide.data.size, wide.data.channels) == ("96x128", 3)
    assert switch_dataset(wide, "mnist").data.size == 28
    large = cfg.change(wide, "data.size", 128)  # as imported: no reason to train on other pictures at that size
    assert switch_dataset(large, "mnist").data.size == 28


def test_settings_for_own_pictures_keep_those_that_are_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    flags = dataclasses.replace(
        catalog.find("cifar10"), name="flags", count=1000, height=96, width=128, size=128, channels=4, imported=True
    )
    known = {"flags": flags, "mnist": catalog.find("mnist")}
    monkeypatch.setattr(catalog, "find", known.__getitem__)
    monkeypatch.setattr(catalog, "look_up", known.get)
    sprites = presets.load("sprites")
    assert sprites.for_own_pictures
    kept = keep_imported(sprites.config, "flags")
    assert (kept.data.name, kept.data.size, kept.data.channels) == ("flags", "96x128", 4)
    assert kept.epochs == sprites.config.epochs * 60
    for name in ("mnist", "fashion-mnist", "gone"):  # named sets and those that were removed
        assert keep_imported(sprites.config, name) is sprites.config


def test_an_unknown_one_is_told() -> None:
    with pytest.raises(DataError, match="Did you mean digits"):
        switch_dataset(QUICK, "digts")


def test_words_tell_the_length_where_epochs_rule_it() -> None:
    small = switch_dataset(QUICK, "digits")
    assert describe_switch(QUICK, small) == (
        "UCI digits has 1,797 pictures and MNIST 60,000, "
        "so the run now takes 167 epochs instead of 5 to see about as many."
    )
    assert describe_switch(QUICK, switch_dataset(QUICK, "kmnist")) == ""
    assert describe_switch(QUICK, dataclasses.replace(small, steps=7)) == ""
    assert describe_switch(QUICK, dataclasses.replace(small, seconds=7.0)) == ""
