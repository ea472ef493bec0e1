"""The commands, a file each: `add_parser` says how it is typed, `run` does it."""

DONE, FAILED, WRONG_USE, INTERRUPTED = 0, 1, 2, 130  # exit codes
