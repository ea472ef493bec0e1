"""Scripts that use former names of RunFolder's methods still work, with a DeprecationWarning."""

import pytest

from ganstudio.runs.folder import RunFolder
from ganstudio.runs.follow import follow
from ganstudio.runs.summary import summarize


def test_methods_that_became_functions(folder: RunFolder) -> None:
    with pytest.warns(DeprecationWarning, match=r"RunFolder\.summary .* ganstudio\.runs\.summary\.summarize"):
        assert folder.summary() == summarize(folder)
    with pytest.warns(DeprecationWarning, match="follow"):
        assert list(folder.follow(lambda: False, poll=0.01)) == list(follow(folder, lambda: False, poll=0.01))


def test_methods_with_another_name(folder: RunFolder) -> None:
    with pytest.warns(DeprecationWarning, match=r"use RunFolder\.is_running"):
        assert folder.running() is False
    with pytest.warns(DeprecationWarning, match=r"use RunFolder\.kept_steps"):
        assert folder.kept() == set()


def test_what_never_was_is_an_attribute_error(folder: RunFolder) -> None:
    with pytest.raises(AttributeError, match="'RunFolder' object has no attribute 'nothing'"):
        folder.nothing  # noqa: B018
