"""How the auditor and what it depends on are doing, in a form for people and machines.

`fail`: counts are being lost, or not recorded. `degraded`: something deserves a look.
Reasons name kinds of failures, never a path or a text.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from proxy.audit.edges import Edges
from proxy.audit.link import LedgerLink
from proxy.audit.pipeline import Pipeline
from proxy.audit.words import WordsStore
from proxy.reasons import Reason
from proxy.scoring.scorer import ScorerState
from proxy.spool.channel import WordsReceiver
from proxy.spool.faults import fault_name

__all__ = ["Component", "Sources", "report"]

Status = Literal["ok", "degraded", "fail"]

LAG_S = 60.0
"""A count that waits longer for the ledger deserves a look, in seconds."""
LOW_DISK_BYTES = 1024 * 1024 * 1024
FULL_DISK_BYTES = 64 * 1024 * 1024
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Component:
    """One part and how it is."""

    status: Status = "ok"
    reasons: tuple[Reason, ...] = ()
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sources:
    """Where to look."""

    state_dir: Path
    link: LedgerLink
    pipeline: Pipeline
    edges: Edges
    store: WordsStore
    receiver: WordsReceiver
    scorer: Callable[[], ScorerState]
    others: Mapping[str, Callable[[], Component]] = field(default_factory=dict)
    """Parts that are not of this package, by name."""


def report(sources: Sources) -> tuple[Status, dict[str, Component]]:
    """The worst status of all components, and each of them."""
    components = {
        "ledger": _ledger(sources),
        "inbox": _inbox(sources),
        "outbox": _outbox(sources),
        "edges": _edges(sources),
        "words": _words(sources),
        "scorer": _scorer(sources.scorer()),
        "disk": _disk(sources.state_dir),
    }
    components |= {name: look() for name, look in sources.others.items()}
    return _worst([part.status for part in components.values()]), components


def _worst(statuses: Sequence[Status]) -> Status:
    order: tuple[Status, ...] = ("ok", "degraded", "fail")
    return max(statuses, key=order.index)


def _ledger(sources: Sources) -> Component:
    fault = sources.link.fault
    detail = {"last_write": sources.link.last_write}
    if fault is not None:
        text = f"the ledger cannot be written ({fault.kind}); counts wait on disk"
        reason = Reason("ledger_fails", text, {"kind": fault.kind})
        return Component("fail", (reason,), {**detail, "since": fault.since})
    if sources.link.ledger is None:
        reason = Reason("ledger_closed", "the ledger is not open yet")
        return Component("degraded", (reason,), detail)
    return Component("ok", (), detail)


def _inbox(sources: Sources) -> Component:
    state = sources.pipeline.state()
    detail = {
        "waiting_records": state.waiting,
        "oldest_age_s": round(state.oldest_age_s, 3),
        "unread_bytes": state.inbox.unread_bytes,
        "segments": state.inbox.segments,
    }
    if not state.alive:
        reason = Reason("inbox_stopped", "nothing reads the outbox any more")
        return Component("fail", (reason,), detail)
    if state.inbox.error:
        text = f"the outbox cannot be read or cleared ({state.inbox.error})"
        reason = Reason("inbox_fails", text, {"error": state.inbox.error})
        return Component("fail", (reason,), detail)
    if state.oldest_age_s > LAG_S:
        reason = Reason("inbox_late", "counts are recorded late")
        return Component("degraded", (reason,), detail)
    return Component("ok", (), detail)


def _outbox(sources: Sources) -> Component:
    """What the workers say of writing their counts."""
    workers = sources.edges.workers()
    detail = {
        f"{one.edge}/{one.worker}": {
            "queued": one.outbox_queued,
            "lost": one.outbox_lost,
            "oldest_age_s": round(one.outbox_oldest_age_s, 3),
            "error": one.outbox_error,
        }
        for one in workers
    }
    failing = [_failing(one.worker, one.outbox_error) for one in workers if one.outbox_error]
    if failing:
        return Component("fail", tuple(failing), detail)
    losing = [_losing(one.worker, one.outbox_lost) for one in workers if one.outbox_lost]
    return Component("degraded" if losing else "ok", tuple(losing), detail)


def _failing(worker: str, error: str) -> Reason:
    text = f"{worker} cannot write its counts ({error})"
    return Reason("worker_fails", text, {"worker": worker, "error": error})


def _losing(worker: str, lost: int) -> Reason:
    text = f"{worker} has lost {lost} counts"
    return Reason("worker_lost", text, {"worker": worker, "count": lost})


def _edges(sources: Sources) -> Component:
    workers = sources.edges.workers()
    detail = {
        "workers": len(workers),
        "connections": sum(one.connections for one in workers),
    }
    if not workers:
        reason = Reason("edges_silent", "no worker was heard of lately")
        return Component("degraded", (reason,), detail)
    return Component("ok", (), detail)


def _words(sources: Sources) -> Component:
    receiver, store = sources.receiver, sources.store
    detail = {
        "senders": receiver.connections,
        "waiting": len(store),
        "waiting_mebibytes": round(store.bytes / MIB, 1),
        "dropped_full": store.full,
        "dropped_late": store.late,
        "unreadable": receiver.unreadable,
        "refused_senders": receiver.refused,
    }
    if not receiver.alive:
        reason = Reason("words_closed", "words are not received any more")
        return Component("degraded", (reason,), detail)
    return Component("ok", (), detail)


def _scorer(state: ScorerState) -> Component:
    detail = {
        "classifier": state.identity.name,
        "version": state.identity.version,
        "configured": state.wanted,
        "running": state.running,
        "waiting": state.waiting,
        "ends": state.ends,
    }
    reasons = list(state.warnings)
    if state.reason:
        text = f"answers are not scored: the scorer has ended ({state.reason})"
        reasons.append(Reason("scorer_ended", text, {"end": state.end}))
    return Component("degraded" if reasons else "ok", tuple(reasons), detail)


def _disk(state_dir: Path) -> Component:
    try:
        usage = shutil.disk_usage(state_dir)
    except OSError as error:
        kind = fault_name(error)
        text = f"the state folder cannot be seen ({kind})"
        return Component("fail", (Reason("disk_unseen", text, {"error": kind}),))
    detail = {"free_mebibytes": usage.free // MIB, "total_mebibytes": usage.total // MIB}
    if usage.free < FULL_DISK_BYTES:
        return Component("fail", (Reason("disk_full", "the disk is full"),), detail)
    if usage.free < LOW_DISK_BYTES:
        return Component("degraded", (Reason("disk_low", "the disk is nearly full"),), detail)
    return Component("ok", (), detail)
