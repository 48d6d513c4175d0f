"""Who may read what the auditor serves: one list of doors, in the order they are passed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from starlette.middleware import Middleware

from proxy.config import Config, is_exposed
from proxy.web.behind import Behind, NotBehind
from proxy.web.clients import OnlyClients
from proxy.web.headers import SafeHeaders
from proxy.web.hosts import OnlyHosts
from proxy.web.login import Login
from proxy.web.passwords import Passwords, Token

__all__ = ["Guard", "guard_of"]


@dataclass(frozen=True, slots=True)
class Guard:
    """What the configuration asks for; by default that of a page on loopback."""

    networks: tuple[str, ...] = ()
    """That may read beside this machine."""
    exposed: bool = False
    """Whether other machines can reach it."""
    hosts: tuple[str, ...] = ()
    tls_proxies: tuple[str, ...] = ()
    passwords: Passwords | None = None
    token: Token | None = None
    refused: Callable[[str], None] = lambda _: None
    """Hears of every refusal of a login or a token."""

    def doors(self) -> list[Middleware]:
        """The middleware, outermost first."""
        doors = [Middleware(SafeHeaders)]
        if self.tls_proxies:
            doors.append(Middleware(Behind, proxies=self.tls_proxies))
        elif not self.exposed:
            doors.append(Middleware(NotBehind))
        doors.append(Middleware(OnlyClients, networks=self.networks))
        if self.hosts or not self.exposed:
            doors.append(Middleware(OnlyHosts, names=self.hosts))
        doors.append(
            Middleware(Login, passwords=self.passwords, token=self.token, refused=self.refused)
        )
        return doors


def guard_of(config: Config) -> Guard:
    """The guard that a configuration asks for. Raises OSError for a file that went away."""
    auditor = config.settings.auditor
    passwords = Passwords(config.path(auditor.htpasswd)) if auditor.htpasswd else None
    token = Token(config.path(auditor.metrics_token_file)) if auditor.metrics_token_file else None
    return Guard(
        networks=auditor.clients,
        exposed=is_exposed(auditor),
        hosts=auditor.hosts,
        tls_proxies=auditor.tls_proxies,
        passwords=passwords,
        token=token,
    )
