"""The coach: what goes wrong in a run, told from its history, its grids, its measurements and its settings.

Pure functions of a `Record`, so that any run can be explained, also one that ended long ago. See `explain.py`.
"""
