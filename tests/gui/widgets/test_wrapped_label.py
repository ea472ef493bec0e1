"""Labels that wrap anywhere, but at words where they can."""

from ganstudio.gui.widgets.wrapped_label import WrappedLabel


def test_a_long_path_is_never_cut(dressed, qtbot):
    label = WrappedLabel("Saved /home/somebody/" + "a_very_long_name" * 20 + ".png")
    qtbot.addWidget(label)
    label.resize(200, label.heightForWidth(200))
    label.show()
    assert label.text_layout(200).boundingRect().width() <= 200
    words = WrappedLabel("Something went wrong in the middle of a word that would have fitted into the next line.")
    lines = words.text_layout(200)
    ends = [lines.lineAt(at).textStart() for at in range(1, lines.lineCount())]
    assert ends
    assert all(words.text()[end - 1] == " " for end in ends)
    assert label.heightForWidth(200) > 3 * label.fontMetrics().height()
