"""Parts of the window as a whole: what it says, its dialogs, its keys."""
