"""What a worker counts about itself: plain integers, cheap enough for every request.

COUNTERS is the list of counters, each with the name of its one label; STAGES are the
histograms of the time that our own code takes. Both travel in `EdgeHealth`: a counter as
`counters[name][label value]`, a histogram as `histograms[stage]`.
"""

from __future__ import annotations

import errno
from bisect import bisect_left
from collections import defaultdict

from proxy.spool.messages import Histogram

__all__ = ["COUNTERS", "LATENCY_BOUNDS_S", "OTHER", "STAGES", "Stopwatch", "Tally", "kind_of"]

OTHER = "other"
"""Tool of a host that the catalogue does not know."""

COUNTERS: dict[str, str] = {
    # connections
    "clients": "outcome",  # accepted, refused (outside the client networks)
    "login_refusals": "refusal",  # login: a wrong pair; slowed: too many waited
    "opened": "tool",  # TLS connections that we decrypt
    "tunnels": "tool",  # connections passed undecrypted: out of scope, or seen only
    "passthrough": "tool",  # passed undecrypted because that client refused us before
    "refused_certificates": "tool",  # TLS handshakes that a client broke off
    "remembered": "tool",  # (client, name) pairs let through from then on
    "connect_errors": "tool",  # services that could not be reached for a CONNECT
    # requests
    "requests_read": "tool",
    "requests_passed": "tool",  # on opened hosts, matched by no read rule
    "requests_plain": "scope",  # unencrypted, to hosts out of scope ("other")
    # what became of the requests that were read
    "exchanges": "parse_status",  # records handed over
    "not_inference": "tool",  # nothing was generated: no record
    "aborted": "tool",  # broken off by the client, the service or our own end
    "truncated": "tool",  # request bodies beyond edge.stream_request_bytes
    "unfinished": "tool",  # connections that ended without telling how the request did
    "words": "state",  # sent, dropped, off, empty; given_up: taken, then too old to be sent
    "body_bytes": "direction",  # request, response: of the calls that were read
    # our own failures; the traffic went on
    "tee_errors": "error",  # reading one exchange failed; the label is the kind of error
    "hook_errors": "hook",
    "passthrough_errors": "error",  # the list of refusals could not be read or written
}
"""Counter name to the name of its label."""

STAGES = ("request", "response_first_chunk", "response_chunk", "websocket", "finish")
"""Where our code runs, each time for so long without a pause. request: before a request is
forwarded, and its body while it is read; response_first_chunk: before an answer is
forwarded; response_chunk: reading a lump of an answer, of which all is forwarded by then;
websocket: before a message is forwarded, and reading it; finish: after the end of an
exchange (last parse, record, hand-over). The tees themselves take less than a clock can
tell."""

LATENCY_BOUNDS_S = (
    *(0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025),
    *(0.005, 0.01, 0.025, 0.05, 0.1, 0.25),
)
"""Upper bounds of the buckets, in seconds, inclusive."""


class Stopwatch:
    """A histogram of durations in seconds."""

    __slots__ = ("counts", "sum_s")

    def __init__(self) -> None:
        self.counts = [0] * (len(LATENCY_BOUNDS_S) + 1)
        self.sum_s = 0.0

    def observe(self, seconds: float) -> None:
        """Count one duration; a negative one (a clock that jumped) counts as zero."""
        self.counts[bisect_left(LATENCY_BOUNDS_S, seconds)] += 1
        if seconds > 0:
            self.sum_s += seconds

    def snapshot(self) -> Histogram:
        """The histogram as it is sent."""
        return Histogram(bounds_s=LATENCY_BOUNDS_S, counts=tuple(self.counts), sum_s=self.sum_s)


class Tally:
    """All counters and histograms of one worker. Values only grow."""

    __slots__ = ("_counters", "stages")

    def __init__(self) -> None:
        self._counters: dict[str, defaultdict[str, int]] = {
            name: defaultdict(int) for name in COUNTERS
        }
        self.stages = {stage: Stopwatch() for stage in STAGES}

    def add(self, name: str, label: str, amount: int = 1) -> None:
        """Add to one counter. `name` is a key of COUNTERS."""
        self._counters[name][label] += amount

    def value(self, name: str, label: str) -> int:
        """One counter as it stands."""
        return self._counters[name].get(label, 0)

    def counters(self) -> dict[str, dict[str, float]]:
        """All counters that have counted something, as they are sent."""
        return {name: dict(values) for name, values in self._counters.items() if values}

    def histograms(self) -> dict[str, Histogram]:
        """All histograms, as they are sent."""
        return {stage: watch.snapshot() for stage, watch in self.stages.items()}


def kind_of(error: BaseException) -> str:
    """A label for an error: the errno name or the type, never its text."""
    number = error.errno if isinstance(error, OSError) else None
    return errno.errorcode.get(number or 0, type(error).__name__)
