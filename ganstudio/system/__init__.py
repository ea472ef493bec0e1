"""The computer that the program runs on: files and folders, streams, signals, cores, packages, the log."""
