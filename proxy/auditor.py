"""The auditor: takes in counts and words, completes and records them, serves the figures.

    inbox (disk) ─► pipeline ─► ledger ─► metrics ─► web
    words.sock (memory) ─┘

It may stop, crash or be killed at any time: the traffic does not notice, counts wait on
disk, and the next start reads on where the ledger stands.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import socket
import ssl
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from proxy import __version__, tokens
from proxy.audit.complete import Completer, Steps
from proxy.audit.edges import Edges
from proxy.audit.findings import Findings, Rules
from proxy.audit.health import Component, Sources, report
from proxy.audit.housekeeping import Housekeeping, Rooms
from proxy.audit.hush import hush, hush_loop
from proxy.audit.link import LedgerLink
from proxy.audit.lock import AlreadyRunningError, AuditorLock
from proxy.audit.month import MonthToDate
from proxy.audit.own import OwnConsumption
from proxy.audit.pipeline import Pipeline
from proxy.audit.words import WordsStore
from proxy.bias.figures import Reference
from proxy.config import Config, ConfigError, parse_address
from proxy.exchange import Exchange
from proxy.hardening import end_with_supervisor, harden
from proxy.impact import factors
from proxy.impact.about import about
from proxy.impact.estimate import Estimator, load_estimator
from proxy.impact.figures import FactorError
from proxy.ledger import Ledger, url_of
from proxy.metrics import Metrics, expose, make_registry
from proxy.networks import listen_remedy
from proxy.privacy import merge_small
from proxy.providers import CatalogueError
from proxy.reasons import Reason
from proxy.report.automatic import Reports
from proxy.scoring.configured import scorer_of
from proxy.spool.channel import WordsReceiver
from proxy.spool.faults import fault_name
from proxy.spool.messages import EdgeHealth, Message
from proxy.web import (
    Guard,
    Site,
    Surface,
    Tls,
    create_app,
    guard_of,
    listen,
    make_site,
    serve,
)

__all__ = ["Auditor", "run"]

EX_CONFIG = 78
"""Exit status when the configuration keeps it from serving (sysexits.h)."""
LOCK_WAIT_S = 10.0
"""How long the end of another auditor is waited for, in seconds."""
KEEP_WORDS_S = 60.0
"""How long words wait for a count that is held up, in seconds, at the most."""
MIB = 1024 * 1024

log = logging.getLogger("jauge.auditor")


@dataclass(frozen=True, slots=True)
class Estimates:
    """The factor set in use."""

    factors: factors.FactorSet
    estimator: Estimator

    def model_name(self, exchange: Exchange) -> str | None:
        """The catalogue's name of a model; None where a service named none."""
        asked = exchange.model_answered or exchange.model_asked
        return self.factors.models.find(asked).name if asked else None


class Auditor:
    """All parts of one auditor, connected. The state folder must exist.

    Raises OSError when the socket for words cannot be made, FactorError for factors that
    are not complete.
    """

    def __init__(self, config: Config) -> None:
        settings = config.settings
        self._config = config
        estimator = load_estimator(config)
        found = estimator.factors
        self._factor_set = found.name
        estimates = Estimates(found, estimator)
        departments = {one.name: one.headcount for one in config.organisation.departments}
        shown = merge_small(departments, settings.privacy.k)
        grid = found.places.grid(settings.measured.zone)
        self.metrics = Metrics(
            models=found.models.names,
            opentelemetry=settings.auditor.opentelemetry,
            named=lambda asked: found.models.find(asked).name,
        )
        self.store = WordsStore(settings.content.words_queue_mebibytes * MIB, KEEP_WORDS_S)
        self.edges = Edges(self.metrics, restored=False)
        self.link = LedgerLink(lambda: _open_ledger(config), self.metrics)
        content = settings.content
        self.scorer = scorer_of(config)
        rules = Rules(prompts=content.score_prompts, share=content.sample)
        findings = Findings(self.scorer, rules, self.metrics)
        steps = Steps(
            tokens=tokens.default,
            model_name=estimates.model_name,
            estimate=estimates.estimator.impact,
            ask=findings.ask,
            unknown=findings.unknown,
        )
        self.receiver = WordsReceiver(config.state_dir / "words.sock", self._receive)
        self.pipeline = Pipeline(
            config.state_dir / "outbox",
            link=self.link,
            completer=Completer(steps, self.metrics),
            findings=findings,
            store=self.store,
            edges=self.edges,
            metrics=self.metrics,
            departments=shown,
            words_wait_s=settings.auditor.words_wait_s,
            recorded=self.receiver.recorded,
        )
        self.housekeeping = Housekeeping(
            Rooms(
                link=self.link,
                pipeline=self.pipeline,
                edges=self.edges,
                store=self.store,
                receiver=self.receiver,
                metrics=self.metrics,
                keep_months=settings.ledger.keep_months,
                state_dir=config.state_dir,
                scorer=self.scorer.state,
                sampled=content.sample,
            )
        )
        declared = config.organisation.gender
        self.month = MonthToDate(
            self.link,
            self.metrics,
            departments=shown,
            reference=Reference(women=declared.women, source=declared.source),
            co2e_g_per_kwh=grid,
        )
        self.own = OwnConsumption(
            settings.measured,
            state_dir=config.state_dir,
            link=self.link,
            metrics=self.metrics,
            co2e_g_per_kwh=grid,
        )
        self.reports = Reports(config, since=self._first, metrics=self.metrics)
        self._sources = Sources(
            state_dir=config.state_dir,
            link=self.link,
            pipeline=self.pipeline,
            edges=self.edges,
            store=self.store,
            receiver=self.receiver,
            others={"reports": self._reports_health},
            scorer=self.scorer.state,
        )
        self._words_come = content.observe == "words"
        self.metrics.set("jauge_build_info", (__version__,), 1)
        self.metrics.set("jauge_factors_info", about(found), 1)
        self.metrics.set("jauge_config_loaded_timestamp_seconds", (), time.time())

    def start(self) -> None:
        """Start reading."""
        if self._words_come:
            self.scorer.start()
        self.pipeline.start()
        self.housekeeping.start()
        self.month.start()
        self.own.start()
        self.reports.start()
        threading.Thread(target=tokens.warm, name="vocabularies", daemon=True).start()

    def stop(self) -> None:
        """Record what is there, within some seconds, and end."""
        self.reports.stop()
        self.own.stop()
        self.month.stop()
        self.housekeeping.stop()
        self.pipeline.stop()
        self.receiver.close()
        self.store.clear()

    def surface(self) -> Surface:
        """What the web application shows."""
        registry = make_registry(self.metrics)

        def metrics(accept: str) -> tuple[bytes, str]:
            self.housekeeping.refresh()
            return expose(registry, accept)

        def ready() -> bool:
            return self.pipeline.state().ready and self.receiver.alive

        return Surface(
            metrics=metrics,
            health=lambda: report(self._sources),
            ready=ready,
            version=__version__,
        )

    def site(self) -> Site:
        """The page. Raises CatalogueError and ConfigError for a catalogue that is not right."""
        return make_site(
            self._config,
            ledger=lambda: self.link.ledger,
            health=lambda: report(self._sources),
            factor_set=self._factor_set,
        )

    def _first(self) -> float | None:
        """Unix time of the first thing in the ledger."""
        found: list[tuple[int, int] | None] = []
        self.link.attempt(lambda ledger: found.append(ledger.cells.reach()))
        return float(found[0][0]) if found and found[0] else None

    def _reports_health(self) -> Component:
        state = self.reports.state
        detail = {"last_made": state.last_made, "failures": state.failures}
        if not state.failing:
            return Component("ok", (), detail)
        text = f"the report of {state.failing} could not be made ({state.reason})"
        values = {"month": state.failing, "why": state.reason}
        return Component("degraded", (Reason("report_fails", text, values),), detail)

    def _receive(self, message: Message) -> None:
        if isinstance(message, EdgeHealth):
            self.edges.receive(message)
        else:
            self.store.put(message)


def _open_ledger(config: Config) -> Ledger:
    return Ledger.open(url_of(config), timezone=config.settings.timezone)


def run(config: Config) -> int:
    """Run until SIGTERM or SIGINT; the exit status. Prints `ready` when it serves."""
    harden()
    end_with_supervisor()
    logging.basicConfig(format="%(asctime)s %(name)s %(levelname)s %(message)s")
    log.setLevel(logging.INFO)
    hush()
    state_dir = config.state_dir
    try:
        state_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = AuditorLock(state_dir, LOCK_WAIT_S)
    except AlreadyRunningError:
        return _refused(f"another auditor works on {state_dir}; stop it, or set another state_dir")
    except OSError as error:
        return _refused(f"cannot write {state_dir} ({fault_name(error)}); see state_dir")
    try:
        return _run_locked(config, state_dir)
    finally:
        lock.release()


def _run_locked(config: Config, state_dir: Path) -> int:
    address = config.settings.auditor.listen
    try:
        listener = listen(parse_address(address))
    except OSError as error:
        return _refused(f"auditor.listen: {address}: {listen_remedy(error)}")
    try:
        guard, tls = guard_of(config), _tls(config)
    except OSError as error:
        reason = f"a file that guards the page cannot be used ({fault_name(error)})"
        return _refused(f"{reason}; see auditor.htpasswd, metrics_token_file and tls_certificate")
    try:
        auditor = Auditor(config)
        site = auditor.site()
        guard = replace(
            guard, refused=lambda why: auditor.metrics.add("jauge_page_refusals_total", (why,))
        )
    except (FactorError, CatalogueError, ConfigError) as error:
        return _refused(str(error))
    except OSError as error:
        return _refused(f"cannot make a socket in {state_dir} ({fault_name(error)})")
    asyncio.run(_serve(auditor, listener, (guard, site, tls)))
    return 0


def _tls(config: Config) -> Tls | None:
    """The files of the certificate, tried out. Raises OSError."""
    settings = config.settings.auditor
    if settings.tls_certificate is None or settings.tls_key is None:
        return None
    tls = Tls(config.path(settings.tls_certificate), config.path(settings.tls_key))
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(tls.certificate, tls.key)
    return tls


def _refused(reason: str) -> int:
    sys.stderr.write(f"jauge: the auditor cannot start: {reason}\n")
    return EX_CONFIG


async def _serve(
    auditor: Auditor, listener: socket.socket, web: tuple[Guard, Site, Tls | None]
) -> None:
    guard, site, tls = web
    loop = asyncio.get_running_loop()
    hush_loop(loop)
    stop, ended = asyncio.Event(), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    auditor.start()
    app = create_app(auditor.surface(), guard=guard, site=site)
    serving = asyncio.create_task(serve(app, listener, ended, tls))
    host, port = listener.getsockname()[:2]
    log.info("metrics and health at %s port %s", host, port)
    with suppress(OSError):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
    await stop.wait()
    await asyncio.to_thread(auditor.stop)
    ended.set()
    await serving
