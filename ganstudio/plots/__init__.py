"""Plots of a run, drawn by the window and by exports alike: lines, long curves as few points, scales. Knows no Qt."""
