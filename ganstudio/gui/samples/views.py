"""The views of the samples panel."""

from enum import IntEnum


class View(IntEnum):
    """What the grid shows; the value is the index of its button."""

    FIXED = 0
    FRESH = 1
    REAL = 2
    BOTH = 3


BUTTONS = (  # text, accessible name, tooltip
    ("fixed z", "fixed z", "The same random numbers z throughout the run, so you can watch each picture develop."),
    ("fresh z", "fresh z", "New random numbers z for each snapshot: everything that the generator can make."),
    ("real", "real", "Pictures from the data set: what the generator should learn to make."),
    ("both", "real beside fake", "Real pictures beside fakes made from the fixed z."),
)
