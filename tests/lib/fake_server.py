"""fake_server.py VERSION PORTFILE: a server that accepts any login and says it is of that version.

For what no package of a PostgreSQL that old can be had for.
"""
import socket
import struct
import sys


def message(kind, body):
    return kind + struct.pack("!I", len(body) + 4) + body


listener = socket.create_server(("127.0.0.1", 0))
with open(sys.argv[2], "w") as file:
    file.write(str(listener.getsockname()[1]))
listener.settimeout(60)
while True:
    client, _ = listener.accept()
    with client:
        size, code = struct.unpack("!II", client.recv(8))
        if code in (80877103, 80877104):  # SSLRequest, GSSENCRequest
            client.sendall(b"N")
            size, code = struct.unpack("!II", client.recv(8))
        client.recv(size)
        client.sendall(
            message(b"R", struct.pack("!I", 0))
            + message(b"S", b"server_version\0" + sys.argv[1].encode() + b"\0")
            + message(b"S", b"server_encoding\0UTF8\0")
            + message(b"S", b"client_encoding\0UTF8\0")
            + message(b"S", b"standard_conforming_strings\0on\0")
            + message(b"K", struct.pack("!II", 1, 1))
            + message(b"Z", b"I")
        )
        client.settimeout(5)
        try:
            while client.recv(4096):
                client.sendall(message(b"E", b"SERROR\0C0A000\0Mtoo old for this\0\0") + message(b"Z", b"I"))
        except (OSError, socket.timeout):
            pass
