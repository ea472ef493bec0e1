"""Runs on disk: their files, the runner that trains in them, and what reads them."""
