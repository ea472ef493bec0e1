"""What each command does, a file each; only `cli` knows how they are typed."""

DONE, FAILED, WRONG_USE, INTERRUPTED = 0, 1, 2, 130  # exit codes
