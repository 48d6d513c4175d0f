"""Which department, application and channel a request belongs to; never which person.

The client's address is turned into a `Place` when it connects, and the proxy user name
into a department when a request arrives. Neither they nor passwords go any further: the
credentials that mitmproxy's own login addon has verified are taken out of the flow here,
and the header that carried them is not forwarded.
"""

from __future__ import annotations

from mitmproxy.connection import Client
from mitmproxy.http import HTTPFlow

from addons.destination import is_reverse
from addons.guard import guarded
from addons.tally import Tally
from proxy.identity import Directory, Identity, Place

__all__ = ["Identities"]

_LOGIN = "proxyauth"
"""Key under which mitmproxy.addons.proxyauth leaves (user name, password) on a flow."""


class Identities:
    """One `Place` per open client connection."""

    name = "jauge-identity"

    def __init__(self, directory: Directory, *, tally: Tally) -> None:
        self.tally = tally
        self._directory = directory
        self._places: dict[str, Place] = {}

    @guarded
    def client_connected(self, client: Client) -> None:
        """Work out what the connection alone tells."""
        self._places[client.id] = self._place(client)

    @guarded
    def client_disconnected(self, client: Client) -> None:
        """Forget the connection."""
        self._places.pop(client.id, None)

    @guarded
    def requestheaders(self, flow: HTTPFlow) -> None:
        """Keep the client's proxy credentials from the services.

        Of a request inside a tunnel the header is the service's own business, and it is
        left alone; proxies must consume the one that is meant for them (RFC 9110 §11.7.2).
        """
        plain = flow.request.scheme == "http" and not is_reverse(flow.client_conn)
        if plain and "proxy-authorization" in flow.request.headers:
            del flow.request.headers["proxy-authorization"]

    def of(self, flow: HTTPFlow, agent: str) -> Identity:
        """The sender of a request, by its connection, its login and its User-Agent."""
        login = flow.metadata.pop(_LOGIN, None)
        place = self._places.get(flow.client_conn.id)
        if place is None:  # a connection from before this addon was added
            place = self._place(flow.client_conn)
        return self._directory.identify(place, login[0] if login else None, agent)

    def _place(self, client: Client) -> Place:
        return self._directory.place(client.peername[0], client.sockname[:2])
