"""The form of the settings without its widgets: order of the fields, which ones have an effect, and summaries."""

from collections.abc import Iterable

from ganstudio import config as cfg
from ganstudio.config import SETTINGS, RunConfig
from ganstudio.data import catalog
from ganstudio.settings import Section, Setting, format_value
from ganstudio.text import DOT

SECTIONS = tuple(section for section in Section if section is not Section.TOP)
NOTHING_ON = "none"  # summary of a section in which everything is off


def form_settings() -> list[Setting]:
    """Return the settings of all sections, from top to bottom.

    Within a section, settings of parts of the configuration that belong there come before those from other parts.
    """
    sections = list(Section)
    return sorted(
        (setting for setting in SETTINGS.values() if setting.section is not Section.TOP),
        key=lambda setting: (sections.index(setting.section), not setting.in_own_section),
    )


def paths_in_order() -> list[str]:
    """Return the dotted names of all settings as they stand in the set-up panel, from top to bottom."""
    top = [path for path, setting in SETTINGS.items() if setting.section is Section.TOP]
    return top + [setting.path for setting in form_settings()]


def is_relevant(setting: Setting, config: RunConfig) -> bool:
    """Return whether the setting has an effect in a run with `config`; the form hides the others."""
    if setting.needs_labels and not has_labels(config.data.name) and not cfg.read(config, setting.path):
        return False
    return setting.shown_if is None or setting.shown_if(config)


def has_labels(dataset: str) -> bool:
    """Return whether the pictures of a data set belong to classes; True for a data set that is not known here."""
    info = catalog.look_up(dataset)
    return info is None or bool(info.labels)


def summarize(settings: Iterable[Setting], config: RunConfig) -> tuple[str, str]:
    """Return the values of several settings, in one line without what is off, and in full, a line each."""
    short, full = [], []
    for setting in settings:
        value = cfg.read(config, setting.path)
        text = format_value(setting, value)
        full.append(f"{setting.label}: {text}")
        is_off = setting.off is not None and value == setting.off
        if setting.short and not is_off:
            short.append(setting.short.format(text))
    return f" {DOT} ".join(short) or NOTHING_ON, "\n".join(full)
