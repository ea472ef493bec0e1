"""Messages of processes that work for the program."""

import io
from dataclasses import dataclass

import pytest

from ganstudio.system.child_process import Inbox, receive, send


@dataclass(frozen=True)
class Message:
    number: int
    text: str = ""


def written(*messages: Message) -> bytes:
    file = io.BytesIO()
    for message in messages:
        send(file, message)
    return file.getvalue()


@pytest.mark.parametrize("size", [1, 3, 7, 1000])
def test_messages_come_in_pieces_of_any_size(size: int) -> None:
    messages = [Message(1, "a" * 20), Message(2), Message(3, "é")]
    content, inbox = written(*messages), Inbox(Message)
    found = [each for start in range(0, len(content), size) for each in inbox.take(content[start : start + size])]
    assert found == messages
    assert receive(io.BytesIO(content), Message) == messages[0]


@pytest.mark.parametrize("content", [b"\xff" * 8, (1).to_bytes(8, "little") + b"\xc1"], ids=["too long", "no message"])
def test_what_is_no_message_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"bytes|MessagePack|Expected|malformed|truncated"):
        Inbox(Message).take(content)
