"""What we write is read by another implementation of the protocol."""

import pytest
from websockets.client import ClientProtocol
from websockets.frames import Opcode
from websockets.protocol import OPEN
from websockets.uri import parse_uri

from researcher.kit.framing import text_frame


@pytest.mark.parametrize("size", [0, 1, 125, 126, 65_535, 65_536, 100_000])
def test_a_text_of_any_length_arrives(size: int):
    text = "\u20ac" * (size // 3) + "x" * (size % 3)
    client = ClientProtocol(parse_uri("ws://127.0.0.1/"), state=OPEN)
    client.receive_data(text_frame(text) + text_frame("next"))
    first, second = client.events_received()
    assert (first.opcode, first.fin, bytes(first.data)) == (Opcode.TEXT, True, text.encode())
    assert bytes(second.data) == b"next"
