"""Dialogs that belong to no panel: settings, data sets, files, about."""
