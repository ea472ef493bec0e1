"""Exports of runs, and of what they learned, to formats that other programs open."""
