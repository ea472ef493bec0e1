from ganstudio.config import ScheduleConfig
from ganstudio.training.schedule import Schedule, Turn, rounds


def test_steps_mode_gives_k_and_n_and_follows_live_changes() -> None:
    schedule = Schedule(batches_per_epoch=10)
    assert schedule.next(ScheduleConfig(d_steps=3, g_steps=2)) == Turn(3, 2)
    assert schedule.next(ScheduleConfig(d_steps=1, g_steps=1)) == Turn(1, 1)


def test_epochs_mode_lets_each_learn_for_its_epochs_in_turn() -> None:
    schedule = Schedule(batches_per_epoch=3)
    settings = ScheduleConfig(mode="epochs", d_epochs=2, g_epochs=1)
    turns = ["d" if schedule.next(settings).d else "g" for _ in range(18)]
    assert "".join(turns) == "dddddd" + "ggg" + "dddddd" + "ggg"


def test_a_turn_goes_on_where_it_was_saved() -> None:
    settings = ScheduleConfig(mode="epochs", d_epochs=1, g_epochs=2)
    whole, first, second = Schedule(4), Schedule(4), Schedule(4)
    expected = [whole.next(settings) for _ in range(20)]
    got = [first.next(settings) for _ in range(6)]
    second.load(first.state())
    got += [second.next(settings) for _ in range(14)]
    assert got == expected


def test_rounds_cover_the_batches() -> None:
    assert rounds(10, ScheduleConfig(d_steps=3)) == 4
    assert rounds(10, ScheduleConfig(mode="epochs", d_steps=3)) == 10
