"""Figures of previews, and the slow line over which some are taken."""

import asyncio
import socket
import subprocess
import sys
import threading
from pathlib import Path

from bench import previews
from bench.slow_line import Direction

ROOT = Path(__file__).parents[2]


def test_a_line_brings_every_byte_in_order_both_ways() -> None:
    sent = bytes(range(256)) * 400
    with socket.create_server(("127.0.0.1", 0)) as far:
        threading.Thread(target=_echo, args=(far,), daemon=True).start()
        target = f"127.0.0.1:{far.getsockname()[1]}"
        command = (sys.executable, "-m", "bench.slow_line", target, "--bits-per-s", "80000000", "--trip-ms", "4")
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as line:
            with socket.create_connection(("127.0.0.1", int(line.stdout.readline()))) as near:
                near.sendall(sent)
                near.shutdown(socket.SHUT_WR)
                came = b"".join(iter(lambda: near.recv(65_536), b""))
            line.terminate()

    assert came == sent


def test_connections_of_a_line_take_turns() -> None:
    went: list[str] = []

    async def send(way: Direction, name: str) -> None:
        for _ in range(3):
            await way._sent(1_000)
            went.append(name)

    async def both() -> None:
        way = Direction(bytes_per_s=1e6, delay_s=0.0)
        await asyncio.gather(send(way, "a"), send(way, "b"))

    apart = threading.Thread(target=lambda: asyncio.run(both()))  # this thread's loop may be a browser's
    apart.start()
    apart.join()

    assert "".join(went) == "ababab"


def test_figures_tell_the_rate_and_what_frames_took() -> None:
    frames = [{"made": 1_000.0 * number, "received": 1_000.0 * number + 5, "drawn": 1_000.0 * number + 10 + number} for number in range(3)]

    assert previews.figures_of(frames, 2.0) == {
        "frames per second": 1.5,
        "made to received, ms": {"p50": 5.0, "p95": 5.0},
        "made to drawn, ms": {"p50": 11.0, "p95": 11.9},
    }
    assert previews.figures_of(frames[:1], 2.0) == {"frames per second": 0.5}


def _echo(far: socket.socket) -> None:
    near, _ = far.accept()
    with near:
        while data := near.recv(65_536):
            near.sendall(data)
