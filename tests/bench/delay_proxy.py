"""delay_proxy.py PORT MILLISECONDS PORTFILE: forwards TCP to 127.0.0.1:PORT, each direction late.

Writes the port it listens on to PORTFILE. Bytes keep their order; throughput is not limited.
"""
import asyncio
import sys

TARGET, DELAY, PORTFILE = int(sys.argv[1]), float(sys.argv[2]) / 1000, sys.argv[3]


async def pump(reader, writer):
    loop = asyncio.get_running_loop()
    queue = asyncio.Queue()

    async def deliver():
        while True:
            due, data = await queue.get()
            await asyncio.sleep(max(0, due - loop.time()))
            if not data:
                writer.close()
                return
            writer.write(data)

    task = asyncio.create_task(deliver())
    while True:
        try:
            data = await reader.read(65536)
        except ConnectionError:
            data = b""
        queue.put_nowait((loop.time() + DELAY, data))
        if not data:
            break
    await task


async def serve(reader, writer):
    up_reader, up_writer = await asyncio.open_connection("127.0.0.1", TARGET)
    await asyncio.gather(pump(reader, up_writer), pump(up_reader, writer), return_exceptions=True)


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    with open(PORTFILE, "w") as file:
        file.write(str(server.sockets[0].getsockname()[1]))
    async with server:
        await server.serve_forever()


asyncio.run(main())
