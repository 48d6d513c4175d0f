"""Which hosts are decrypted and which calls are read, over the shipped catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

import pytest

from proxy.providers import Call, Catalogue, CatalogueError, Host
from tests.support.catalogue import (
    FOLDER,
    HOSTS,
    NEVER,
    UNKNOWN,
    WEBSOCKET,
    everything_on,
    shipped,
)
from tests.support.catalogue_calls import VENDORS, Read
from tests.support.catalogue_others import OTHERS
from tests.support.catalogue_unread import UNREAD
from tests.support.recorded import needs_recordings, recorded

READ = VENDORS + OTHERS


@pytest.mark.parametrize(("name", "tool", "tier", "channel", "region"), HOSTS)
def test_every_host(name: str, tool: str, tier: int, channel: str, region: str | None) -> None:
    host = shipped().host(name)
    assert host is not None
    assert (host.tool, host.tier, host.channel, host.region) == (tool, tier, channel, region)
    assert host.provider == shipped().tools[tool].provider
    assert host.decrypt is (tier == 1)


def test_the_table_of_hosts_is_complete() -> None:
    told = {shipped()._index.find(name) for name, *_ in HOSTS}
    patterns = {found[0].pattern for found in told if found}
    assert patterns == {entry.pattern for entry in shipped().entries if entry.host.tier}


@pytest.mark.parametrize("name", NEVER)
def test_never_intercepted_whatever_is_enabled(name: str) -> None:
    for catalogue in (shipped(), everything_on()):
        host = catalogue.host(name)
        assert host is not None
        assert (host.tier, host.decrypt) == (0, False)
        assert catalogue.call(host, "POST", "/v1/chat/completions", {}) is None


@pytest.mark.parametrize("name", UNKNOWN)
def test_look_alikes_and_strangers_are_not_ours(name: str) -> None:
    assert shipped().host(name) is None


@pytest.mark.parametrize(
    "written",
    ["ChatGPT.com", "chatgpt.com.", "chatgpt.com:443", "CHATGPT.COM.:8443", " chatgpt.com "],
)
def test_one_name_in_many_spellings(written: str) -> None:
    assert shipped().host(written) == shipped().host("chatgpt.com")


def test_names_that_were_asked_for_are_remembered_up_to_a_bound() -> None:
    catalogue = Catalogue.load([FOLDER])
    first = catalogue.host("A.OpenAI.Azure.com")
    for number in range(3000):
        assert catalogue.host(f"a{number}.openai.azure.com") == first
        assert catalogue.host(f"a{number}.example.org") is None
    assert len(catalogue._known) <= 1024
    assert catalogue.host("A.OpenAI.Azure.com") == first


def test_names_in_other_scripts() -> None:
    full_width = "\uff43\uff48\uff41\uff54\uff47\uff50\uff54\uff0e\uff43\uff4f\uff4d"
    cyrillic = "ch\u0430tgpt.com"
    assert shipped().host(full_width) == shipped().host("chatgpt.com")
    assert shipped().host(cyrillic) is None
    assert shipped().host("xn--chtgpt-4ve.com") is None
    assert shipped().host("\u00e9" * 200 + ".com") is None


def test_tier_two_is_decrypted_when_enabled_and_tier_three_never() -> None:
    enabled = Catalogue.load([FOLDER], enable=["m365-copilot", "claude", "grok"])
    assert _decrypted(enabled, "substrate.office.com")
    assert _decrypted(enabled, "claude.com")
    assert _decrypted(enabled, "grok.x.com")
    assert not _decrypted(enabled, "x.com")
    assert not _decrypted(enabled, "huggingface.co")
    assert not _decrypted(shipped(), "substrate.office.com")
    for name, _, tier, *_ in HOSTS:
        assert _decrypted(everything_on(), name) is (tier < 3), name


def test_a_disabled_tool_is_seen_and_not_decrypted() -> None:
    catalogue = Catalogue.load([FOLDER], enable=["claude"], disable=["chatgpt", "claude"])
    for name in ("chatgpt.com", "ws.chatgpt.com", "claude.ai", "claude.com"):
        host = catalogue.host(name)
        assert host is not None
        assert host.tool in {"chatgpt", "claude"}
        assert not host.decrypt
    assert _decrypted(catalogue, "api.openai.com")


def test_a_disabled_tool_inside_another_ones_host_is_not_read() -> None:
    catalogue = Catalogue.load([FOLDER], disable=["codex"])
    host = _host(catalogue, "chatgpt.com")
    assert host.decrypt
    assert catalogue.call(host, "POST", "/backend-api/codex/responses", {}) is None
    assert catalogue.call(host, "POST", "/backend-api/f/conversation", {}) is not None


@pytest.mark.parametrize(
    ("choice", "tool", "expected"),
    [
        ("enable", "chat-gpt", "a tool of the catalogue"),
        ("disable", "chat-gpt", "a tool of the catalogue"),
        ("enable", "midjourney", "tools of tier 1 or 2"),
    ],
)
def test_a_wrong_choice_is_an_error(choice: str, tool: str, expected: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        Catalogue.load([FOLDER], **{choice: [tool]})
    assert caught.value.file == "jauge.yaml"
    assert caught.value.key == f"catalogue.{choice}"
    assert caught.value.expected == expected
    assert tool in caught.value.remedy


@pytest.mark.parametrize("read", READ, ids=lambda read: f"{read.host}{read.path}"[:80])
def test_every_call_that_is_read(read: Read) -> None:
    catalogue = everything_on()
    host = _host(catalogue, read.host)
    call = catalogue.call(host, read.method, read.path, read.headers)
    assert call == Call(
        tool=read.tool or host.tool,
        provider=host.provider,
        wire_format=read.wire_format,
        operation=read.operation,  # type: ignore[arg-type]
        channel=read.channel or host.channel,  # type: ignore[arg-type]
        model=read.model,
        region=read.region,
        action=read.action,
        websocket=read.websocket,
    )


@pytest.mark.parametrize(("name", "method", "path"), UNREAD)
def test_every_call_that_is_not_read(name: str, method: str, path: str) -> None:
    catalogue = everything_on()
    assert catalogue.call(_host(catalogue, name), method, path, {}) is None


def test_a_websocket_is_told_by_its_upgrade() -> None:
    host = _host(shipped(), "copilot.microsoft.com")
    path = "/c/api/chat?accessToken=secret"
    for headers in (WEBSOCKET, {"upgrade": "WebSocket"}):
        assert shipped().call(host, "GET", path, headers) is not None
    assert shipped().call(host, "GET", path, {"upgrade": "h2c"}) is None
    assert shipped().call(host, "POST", path, WEBSOCKET) is None


def test_nothing_is_read_on_a_host_that_is_not_decrypted() -> None:
    host = _host(shipped(), "substrate.office.com")
    assert shipped().call(host, "GET", "/m365Copilot/Chathub/a@b", WEBSOCKET) is None


def test_no_secret_and_no_person_is_kept() -> None:
    kept = []
    for read in READ:
        call = everything_on().call(
            _host(everything_on(), read.host), read.method, read.path, read.headers
        )
        assert call is not None
        kept += [str(getattr(call, field.name)) for field in fields(call)]
    text = "\n".join(kept)
    for word in ("secret", "123456789012", "ville-1", "3f2b8c1e", "passerelle", "arn:"):
        assert word not in text


def test_a_reverse_target_outside_the_catalogue_is_read_by_shape() -> None:
    host = shipped().unlisted
    assert host.decrypt
    call = shipped().call(host, "POST", "/llm/v1/chat/completions", {})
    assert call is not None
    assert (call.tool, call.wire_format, call.channel) == ("other", "openai-chat", "api")
    assert shipped().call(host, "POST", "/llm/v1/models", {}) is None
    native = shipped().call(host, "POST", "/completion", {})
    assert native is not None
    assert (native.wire_format, native.action) == ("openai-completions", "native")


def test_an_operators_own_host(tmp_path: Path) -> None:
    (tmp_path / "mairie.yaml").write_text(OWN_HOSTS)
    catalogue = Catalogue.load([FOLDER, tmp_path])
    for name in ("llm.mairie.example:8000", "localhost:11434", "10.1.2.3:8080", "[fd00::7]:8080"):
        host = _host(catalogue, name)
        assert host.decrypt
        assert host.region == "FR"
        assert _format(catalogue, host, "/v1/chat/completions") == "openai-chat"
        assert _format(catalogue, host, "/api/chat") == "ollama"
        assert _format(catalogue, host, "/api/generate") == "ollama"
        assert _format(catalogue, host, "/v1/messages") == "anthropic-messages"
        assert _format(catalogue, host, "/v1/rerank") == "openai-rerank"
        assert _format(catalogue, host, "/v1/audio/transcriptions") == "openai-audio"
        assert _format(catalogue, host, "/v1/images/generations") == "openai-images"
        assert _format(catalogue, host, "/tokenize") is None
    assert catalogue.tools["notre-ia"].name == "Notre IA"
    assert catalogue.version != shipped().version


def test_the_version_is_that_of_files_and_choices() -> None:
    again = Catalogue.load([FOLDER])
    assert again.version == shipped().version
    assert len(again.version) == 12
    assert Catalogue.load([FOLDER], enable=["claude"]).version != again.version


def test_what_the_rest_of_the_product_lists() -> None:
    catalogue = shipped()
    assert catalogue.tools["le-chat"].name == "Le Chat"
    assert catalogue.providers["mistral"].otel == "mistral_ai"
    assert {"openai-chat", "opaque", "bedrock"} <= catalogue.formats
    patterns = {(entry.pattern, entry.match) for entry in catalogue.entries}
    assert ("chatgpt.com", "exact") in patterns
    assert ("livekit.cloud", "suffix") in patterns


@needs_recordings
def test_of_recorded_traffic_exactly_the_calls_to_models_are_read() -> None:
    catalogue = everything_on()
    wrong = []
    for exchange in recorded():
        host = catalogue.host(exchange["host"])
        call = host and catalogue.call(host, exchange["method"], exchange["path"], {})
        if (call is not None) is not exchange["llm"]:
            wrong.append((exchange["id"], exchange["host"], exchange["path"]))
    assert wrong == []


OWN_HOSTS = """
provider: mairie
name: Mairie
otel: mairie
checked: 2026-11-23
tools:
  notre-ia: Notre IA
hosts:
  - {host: llm.mairie.example, tool: notre-ia, region: FR}
  - {host: localhost, tool: notre-ia, region: FR}
  - {host: 10.1.2.3, tool: notre-ia, region: FR}
  - {host: "fd00::7", tool: notre-ia, region: FR}
"""


def _host(catalogue: Catalogue, name: str) -> Host:
    host = catalogue.host(name)
    assert host is not None, name
    return host


def _decrypted(catalogue: Catalogue, name: str) -> bool:
    return _host(catalogue, name).decrypt


def _format(
    catalogue: Catalogue, host: Host, path: str, headers: Mapping[str, str] | None = None
) -> str | None:
    call = catalogue.call(host, "POST", path, headers or {})
    return call.wire_format if call else None
