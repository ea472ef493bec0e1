"""Names that files and folders can have on every system."""

import os

import pytest

from ganstudio.runs.labels import file_name
from ganstudio.system import file_names


@pytest.mark.parametrize("name", ["CON", "con.tar.gz", "Com1", "LPT\N{SUPERSCRIPT TWO}", "aux .txt", "NUL", "conin$"])
def test_devices_of_windows_are_no_names(name: str) -> None:
    assert file_names.is_reserved(name)
    assert not file_names.is_reserved(file_names.fit(name))
    assert file_names.fit(name).startswith(name.partition(".")[0])


@pytest.mark.parametrize("name", ["conv", "my con", "com10", "lpt", "run.con", "console"])
def test_other_names_stay(name: str) -> None:
    assert file_names.fit(name) == name


def test_a_name_is_short_enough_and_has_no_dot_or_blank_at_its_ends() -> None:
    assert file_names.fit(" .name. ") == "name"
    assert file_names.fit(". .", "nothing") == "nothing"
    long = file_names.fit("\N{CJK UNIFIED IDEOGRAPH-6570}" * 100)
    assert 190 < len(os.fsencode(long)) <= file_names.MAX_BYTES


def test_a_runs_name_in_a_files_name_is_one_everywhere() -> None:
    assert file_name("CON") == "CON_"
    assert file_name("aux.1: better?") == "aux_.1-better"
    assert file_name("a" * 79 + ". x").endswith("a")
    assert file_name("u\N{COMBINING DIAERESIS}ber") == "\N{LATIN SMALL LETTER U WITH DIAERESIS}ber"
