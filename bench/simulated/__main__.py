"""`python -m bench.simulated --port 9900 --ca FILE`: the simulated services on loopback."""

from __future__ import annotations

import argparse
import asyncio
import signal
from pathlib import Path

import uvloop

from bench.simulated.server import SimulatedServices
from bench.simulated.services import answer


async def _serve(port: int, ca: Path, credentials: str | None) -> None:
    services = SimulatedServices(answer, credentials=credentials)
    await services.start(port)
    ca.write_bytes(services.authority.pem())  # noqa: ASYNC240 - once, before serving
    print(f"ready {services.url}", flush=True)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()
    await services.stop()


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.simulated", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="loopback port (0: any free one)")
    parser.add_argument("--ca", type=Path, required=True, help="file for the authority (PEM)")
    parser.add_argument("--credentials", help="user:password that the parent proxy asks for")
    given = parser.parse_args()
    uvloop.run(_serve(given.port, given.ca, given.credentials))


if __name__ == "__main__":
    main()
