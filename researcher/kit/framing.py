"""A WebSocket's frame as bytes, made once for all sockets that are sent the same (RFC 6455)."""

import struct

TEXT = 0x81  # the one and only frame of a text message


def text_frame(text: str) -> bytes:
    """What a server writes to send this text, uncompressed. Servers do not mask."""
    payload = text.encode()
    size = len(payload)
    if size < 126:
        head = struct.pack("!BB", TEXT, size)
    elif size < 2**16:
        head = struct.pack("!BBH", TEXT, 126, size)
    else:
        head = struct.pack("!BBQ", TEXT, 127, size)
    return head + payload
