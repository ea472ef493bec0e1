"""The window: a folder for each panel and dialog, for its model, its threads and its widgets."""
