"""Classes of a class-conditional model, as they are typed: by number or name."""

from typing import TYPE_CHECKING

import numpy as np

from ganstudio.data import catalog
from ganstudio.errors import InputError
from ganstudio.images import Labels

if TYPE_CHECKING:
    from ganstudio.latent.models import Model


def parse_classes(words: list[str], count: int, model: "Model", flag: str) -> Labels:
    """Return the class of each of `count` pictures, (count,), int64: those typed, in turn.

    Parameters
    ----------
    words
        Numbers or names of classes.
    count
        Number of pictures.
    model
        The model that is to make them.
    flag
        Flag that the words were typed for; errors name it.

    Raises
    ------
    InputError
        The model has no classes, or none of that name; the sentence lists them.
    """
    if not model.classes:
        raise InputError(f"{model.title} is not class-conditional, so {flag} cannot be chosen; leave it out.")
    data = model.config.data.name
    names = catalog.class_names(data, model.classes)
    numbers = {str(number): number for number in range(model.classes)}
    numbers |= {name.casefold(): number for number, name in enumerate(names)}
    labels = []
    for word in map(str.strip, words):
        if word.casefold() not in numbers:
            raise InputError(f"{flag}: there is no class {word!r}. Classes: {_list_classes(names, model.classes)}.")
        labels.append(numbers[word.casefold()])
    return np.resize(np.array(labels, dtype=np.int64), count)


def _list_classes(names: tuple[str, ...], classes: int) -> str:
    """Return the classes for users: "0 to 9", or "0 (T-shirt), 1 (trousers)"."""
    if all(name == str(number) for number, name in enumerate(names)):
        return f"0 to {classes - 1}"
    return ", ".join(f"{number} ({name})" for number, name in enumerate(names))
