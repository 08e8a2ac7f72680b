#!/usr/bin/env python3
"""cutting_proxy.py PORT TARGET_PORT [DELAY_MS]: passes TCP connections on. A line "N" on stdin cuts the
connections after N further bytes from clients ("-1": never); answers "ok". With a delay, each direction
takes DELAY_MS / 2: a link with that round trip. Counts nothing, keeps nothing."""
import asyncio
import sys

port, target, delay = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]) / 2000 if len(sys.argv) > 3 else 0
left = -1
open_writers = set()


def cut():
    for writer in list(open_writers):
        writer.transport.abort()


async def pump(reader, writer, client):
    global left
    loop = asyncio.get_running_loop()
    queue = asyncio.Queue()

    async def deliver():
        while True:
            when, data = await queue.get()
            wait = when - loop.time()
            if wait > 0:
                await asyncio.sleep(wait)
            if data is None:
                writer.close()
                return
            writer.write(data)
            await writer.drain()

    task = asyncio.create_task(deliver())
    try:
        while data := await reader.read(65536):
            if client and left >= 0:
                if len(data) >= left:
                    await queue.put((0, data[:left]))
                    await asyncio.sleep(0.01)
                    cut()
                    return
                left -= len(data)
            await queue.put((loop.time() + delay, data))
    except (ConnectionError, OSError):
        pass
    finally:
        await queue.put((loop.time() + delay, None))
        try:
            await task
        except (ConnectionError, OSError):
            pass
        open_writers.discard(writer)


async def serve(reader, writer):
    try:
        other_reader, other_writer = await asyncio.open_connection("127.0.0.1", target)
    except OSError:
        writer.transport.abort()
        return
    for w in (writer, other_writer):
        open_writers.add(w)
        sock = w.get_extra_info("socket")
        sock.setsockopt(6, 1, 1)
    await asyncio.gather(pump(reader, other_writer, True), pump(other_reader, writer, False))


async def main():
    global left
    server = await asyncio.start_server(serve, "127.0.0.1", port)
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    print("ready", flush=True)
    async with server:
        while line := await lines.readline():
            left = int(line)
            print("ok", flush=True)


asyncio.run(main())
