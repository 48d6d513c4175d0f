"""The loopback server: a parent proxy and every service behind it, in one process."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

from bench.simulated import http2
from bench.simulated.certificates import Authority
from bench.simulated.http1 import LIMIT_BODY, Answer, Request, head, read_request, send

Handler = Callable[[Request], Answer | Awaitable[Answer]]

_REFUSED = Answer(
    status=407, body=b"", headers={"proxy-authenticate": 'Basic realm="simulated parent"'}
)
_UNREACHABLE = Answer(status=502, body=b"")


class SimulatedServices:
    """Listens on loopback; CONNECT and absolute URLs reach `handler` by name."""

    def __init__(
        self, handler: Handler, *, credentials: str | None = None, speak_http2: bool = False
    ) -> None:
        """`credentials` ("user:password"): what the parent proxy asks its clients for."""
        self.handler = handler
        self.authority = Authority(("h2", "http/1.1") if speak_http2 else ("http/1.1",))
        self.connects: list[str] = []
        """Names asked for by CONNECT, in order."""
        self.unreachable: set[str] = set()
        """Names for which a CONNECT is answered by 502."""
        self._expected = (
            None if credentials is None else base64.b64encode(credentials.encode()).decode()
        )
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    @property
    def url(self) -> str:
        """Address of the simulated parent proxy, without credentials."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(
            self._accept, "127.0.0.1", port, limit=LIMIT_BODY, backlog=1024
        )
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        with contextlib.suppress(ConnectionError, asyncio.CancelledError, TimeoutError, OSError):
            await self._connection(reader, writer)
        with contextlib.suppress(OSError, RuntimeError):
            writer.close()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = ""
        while (request := await read_request(reader, writer)) is not None:
            if request.method == "CONNECT":
                host = request.target.rsplit(":", 1)[0]
                if not await self._tunnel(request, writer, host):
                    return
                if _speaks_http2(writer):
                    await http2.serve(reader, writer, host, self._ask)
                    return
                continue
            if not host and not self._is_known(request):
                await send(reader, writer, _REFUSED, method=request.method)
                continue
            request.host = host or _named_host(request)
            answer = await self._ask(request)
            if not await send(reader, writer, answer, method=request.method):
                return
            if request.headers.get("connection", "").lower() == "close":
                return

    async def _ask(self, request: Request) -> Answer:
        answer = self.handler(request)
        return answer if isinstance(answer, Answer) else await answer

    def _is_known(self, request: Request) -> bool:
        """Whether the client has logged in; a proxy keeps the login to itself."""
        if self._expected is None:
            return True
        given = request.headers.pop("proxy-authorization", "").removeprefix("Basic ")
        request.fields = [f for f in request.fields if f[0].lower() != "proxy-authorization"]
        return given == self._expected

    async def _tunnel(self, request: Request, writer: asyncio.StreamWriter, host: str) -> bool:
        if not self._is_known(request):
            writer.write(head(_REFUSED))
            await writer.drain()
            return False
        self.connects.append(host)
        if host in self.unreachable:
            writer.write(head(_UNREACHABLE))
            await writer.drain()
            return False
        writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        await writer.drain()
        await writer.start_tls(self.authority.context(host))
        return True


def _speaks_http2(writer: asyncio.StreamWriter) -> bool:
    tls = writer.get_extra_info("ssl_object")
    return tls is not None and tls.selected_alpn_protocol() == "h2"


def _named_host(request: Request) -> str:
    if "://" in request.target:
        rest = request.target.split("://", 1)[1]
        authority, slash, path = rest.partition("/")
        request.target = slash + path or "/"
        return authority.rsplit(":", 1)[0]
    return request.headers.get("host", "").rsplit(":", 1)[0]


@contextlib.asynccontextmanager
async def serve(
    handler: Handler, *, credentials: str | None = None
) -> AsyncIterator[SimulatedServices]:
    """The simulated services for the length of a `with` block."""
    services = SimulatedServices(handler, credentials=credentials)
    await services.start()
    try:
        yield services
    finally:
        await services.stop()
