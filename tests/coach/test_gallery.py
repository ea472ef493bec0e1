"""Break it, mend it: the settings are valid, and what was recorded of each run shows the fault that is promised."""

import pytest

from ganstudio import config as cfg
from ganstudio.coach import words
from ganstudio.coach.explain import explain
from ganstudio.coach.gallery import Provocation, provocations
from ganstudio.data import catalog
from support import coach

RECORDED = coach.RECORDED.parent / "gallery"
LONGEST_SECONDS = 90
NOT_RECORDED = ("engine.", "output.", "epochs", "steps", "seed")  # of the settings: they do not change what is learned


@pytest.fixture(params=provocations(), ids=lambda each: each.name)
def provocation(request: pytest.FixtureRequest) -> Provocation:
    return request.param


def test_there_are_enough_on_points_and_on_digits_and_all_data_is_built_in() -> None:
    known = provocations()
    points = [each for each in known if each.config.makes_points]
    assert len(known) >= 6
    assert len(points) >= 2
    assert len(known) - len(points) >= 2
    assert all(catalog.find(each.config.data.name).built_in for each in known if each not in points)
    assert len({each.title for each in known}) == len(known)


def test_it_is_told_what_happens_and_why_and_the_coach_has_words_for_it(provocation: Provocation) -> None:
    assert provocation.finding in words.ids()
    assert 0 < provocation.seconds <= LONGEST_SECONDS
    for text in (provocation.happens, provocation.why):
        assert text.endswith(".")
        assert "\n" not in text


def test_the_coach_finds_the_fault_in_what_was_recorded_and_offers_a_remedy(provocation: Provocation) -> None:
    record = coach.load(provocation.name, RECORDED)
    found = [each for each in explain(record) if each.id == provocation.finding]
    assert any(each.is_open and each.remedies for each in found)
    kept = [path for path in cfg.SETTINGS if not path.startswith(NOT_RECORDED)]
    differing = [path for path in kept if cfg.read(record.config, path) != cfg.read(provocation.config, path)]
    assert differing == []  # else it has to be recorded anew
