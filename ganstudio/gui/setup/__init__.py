"""Setting a run up: presets, its length, its settings in sections."""
