"""What the tests of notices share."""

from support.session import reach

__all__ = ["reach"]
