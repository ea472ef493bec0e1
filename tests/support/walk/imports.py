"""What every walk needs, imported and made: processes that are forked from one that has imported this begin with it."""

from ganstudio.data import catalog
from support.walk import runner

__all__ = ["runner"]

for _size in (28, 32):
    catalog.load("digits", size=_size, channels=1)
