"""A slow line on this machine: `python -m bench.slow_line HOST:PORT --bits-per-s 2400000 --trip-ms 300` says on which port it listens.

Whatever connects there is brought to HOST:PORT over a line of so many bits a second each way, half a trip long. Its connections take turns,
packet by packet, as on a router that queues fairly; who waits for his turn is read from no further.
"""

import argparse
import asyncio
import contextlib
import socket
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

PACKET_BYTES: Final = 1_460
BUFFER_BYTES: Final = 16 * 1024
"""What the far side may have sent that has not had its turn: small, as the rest of its queue is to stand at the sender."""

SPARE_S: Final = 0.02
"""What was not sent in this time may be sent at once: a busy machine wakes nobody to the millisecond."""


@dataclass
class Direction:
    """One way of the line."""

    bytes_per_s: float
    delay_s: float
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _free_at: float = 0.0

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Bring everything from one to the other, then say that it was all."""
        loop = asyncio.get_running_loop()
        with contextlib.suppress(OSError):
            while packet := await reader.read(PACKET_BYTES):
                arrives_at = await self._sent(len(packet)) + self.delay_s
                loop.call_at(arrives_at, partial(_write, writer, packet))
            await asyncio.sleep(self.delay_s)
            writer.write_eof()

    async def _sent(self, size_bytes: int) -> float:
        """Wait for the turn, then for the packet to have gone; when that was."""
        loop = asyncio.get_running_loop()
        async with self._turn:
            self._free_at = max(loop.time() - SPARE_S, self._free_at) + size_bytes / self.bytes_per_s
            await asyncio.sleep(self._free_at - loop.time())
            return self._free_at


def _write(writer: asyncio.StreamWriter, packet: bytes) -> None:
    if not writer.is_closing():
        writer.write(packet)


async def serve(target: tuple[str, int], bits_per_s: int, trip_ms: int) -> None:
    """Until cancelled."""
    ways = [Direction(bits_per_s / 8, trip_ms / 2_000) for _ in range(2)]

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(sock=await _far(target), limit=BUFFER_BYTES)
        await asyncio.gather(ways[0].carry(reader, far_writer), ways[1].carry(far_reader, writer))
        writer.close()
        far_writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1", 0, limit=BUFFER_BYTES)
    sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


async def _far(target: tuple[str, int]) -> socket.socket:
    far = socket.socket()
    far.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
    far.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    far.setblocking(False)
    await asyncio.get_running_loop().sock_connect(far, target)
    return far


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m bench.slow_line", description=__doc__)
    parser.add_argument("target", metavar="HOST:PORT")
    parser.add_argument("--bits-per-s", type=int, default=2_400_000, help="each way (default: %(default)s)")
    parser.add_argument("--trip-ms", type=int, default=300, help="there and back (default: %(default)s)")
    options = parser.parse_args(arguments)
    host, _, port = options.target.rpartition(":")
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve((host, int(port)), options.bits_per_s, options.trip_ms))
    return 0


if __name__ == "__main__":
    sys.exit(main())
