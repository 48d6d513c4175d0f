"""Asking the auditor how it is, as the configuration lets it be asked."""

from __future__ import annotations

import http.client
import json
import ssl
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from proxy.config import Config, page_url

__all__ = ["TIMEOUT_S", "healthz"]

TIMEOUT_S = 3.0


def healthz(config: Config) -> tuple[int, dict[str, Any]]:
    """Status and content of /healthz.

    Where it tells strangers nothing, the token of the metrics says who asks. Raises
    OSError, HTTPException, and ValueError for what is not the health of an auditor.
    """
    connection = _connection(config)
    try:
        connection.request("GET", "/healthz", headers=_token(config))
        response = connection.getresponse()
        answer = json.loads(response.read())
    finally:
        connection.close()
    if not isinstance(answer, dict) or not {"status", "components"} <= set(answer):
        raise ValueError("not the health of an auditor")
    return response.status, answer


def _token(config: Config) -> dict[str, str]:
    file = config.settings.auditor.metrics_token_file
    if file is None:
        return {}
    return {"Authorization": f"Bearer {config.path(file).read_text('utf-8').strip()}"}


def _connection(config: Config) -> http.client.HTTPConnection:
    url = urlsplit(page_url(config.settings.auditor))
    host, port = url.hostname or "", url.port or 0
    certificate = config.settings.auditor.tls_certificate
    if certificate is None:
        return http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    context = _trusting(config.path(certificate))
    return http.client.HTTPSConnection(host, port, timeout=TIMEOUT_S, context=context)


def _trusting(certificate: Path) -> ssl.SSLContext:
    """Trusts the very certificate that is configured, under whatever name it is asked for."""
    context = ssl.create_default_context(cafile=str(certificate))
    context.check_hostname = False
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context
