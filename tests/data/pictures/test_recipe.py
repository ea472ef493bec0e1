"""What is a recipe, and what is not."""

import pytest

from ganstudio.data.pictures.recipe import Channels, Fit, Recipe
from ganstudio.errors import DataError


def test_a_recipe_is_the_same_after_it_was_written_and_read() -> None:
    for recipe in (
        Recipe(64, 96, Channels.RGB),
        Recipe(32, 32, Channels.RGBA, Fit.NATIVE, "transparent", maximum=4095, minimum=-1.5),
    ):
        mapping = recipe.to_mapping()
        assert None not in mapping.values()
        assert Recipe.from_mapping(mapping) == recipe
        assert Recipe.from_mapping(mapping).digest() == recipe.digest()
        assert all(type(value) in (str, int, float) for value in mapping.values())


def test_every_field_changes_the_digest() -> None:
    recipes = [
        Recipe(64, 96, Channels.RGB),
        Recipe(96, 64, Channels.RGB),
        Recipe(64, 96, Channels.GRAY),
        Recipe(64, 96, Channels.RGB, Fit.PAD),
        Recipe(64, 96, Channels.RGB, paper="black"),
        Recipe(64, 96, Channels.RGB, maximum=4095),
        Recipe(64, 96, Channels.RGB, minimum=-1),
    ]
    assert len({recipe.digest() for recipe in recipes}) == len(recipes)
    assert Recipe(64, 96, Channels.RGB, maximum=4095).digest() == Recipe(64, 96, Channels.RGB, maximum=4095.0).digest()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"height": 0}, "height.*from 1 to 1024, not 0"),
        ({"width": 64.0}, "width.*whole number"),
        ({"width": True}, "width.*whole number"),
        ({"channels": "cmyk"}, "gray, rgb, rgba, not 'cmyk'"),
        ({"fit": "fill"}, "crop, pad, stretch, native, not 'fill'"),
        ({"paper": "blue"}, "#ff8800, not 'blue'"),
        ({"paper": "#12345"}, "not '#12345'"),
        ({"paper": 7}, "not 7"),
        ({"paper": "transparent"}, "choose rgba"),
        ({"maximum": float("nan")}, "maximum.*is a number, not nan"),
        ({"maximum": 5, "minimum": 5}, "5, must be more than the minimum, 5"),
        ({"maximum": -1}, "-1, must be more than the minimum, 0"),
        ({"filter": "box"}, "no 'filter'"),
    ],
)
def test_what_is_not_allowed_is_refused_by_name(changes: dict[str, object], words: str) -> None:
    with pytest.raises(DataError, match=words):
        Recipe.from_mapping({"height": 64, "width": 64, "channels": "rgb", **changes})


def test_what_is_missing_is_named() -> None:
    with pytest.raises(DataError, match="has no width"):
        Recipe.from_mapping({"height": 64, "channels": "rgb"})
