"""Fills a ledger with the simulated year, through the same doors as the auditor.

Exchanges get their impact from the real estimator and are written by `Ledger.write`; the
ledger is marked as simulated for ever. The same seed gives the same year.
"""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import msgspec
import yaml

from bench.year.answers import BIAS_VERSION, said
from bench.year.town import DEPARTMENTS, PROGRAMS, SEASONS, TOOLS, YEAR, Department, Program, Tool
from proxy.classify.thresholds import CONFIG, ThresholdFile, load_thresholds
from proxy.coverage import SIMULATED
from proxy.exchange import Exchange, Status
from proxy.impact.estimate import Estimator
from proxy.impact.factors import FactorSet, load
from proxy.ledger import Entry, Gap, Ledger, OwnEnergy
from proxy.records import Finding, Range
from proxy.restate import recompute

__all__ = ["PEOPLE", "earlier_set", "fill", "finder"]

PEOPLE = 1500
"""Requests of people in a month of season 1 at the end of the year."""
START = 0.16
"""January's share of that."""
NEW_FACTORS = 9
"""Month from which the shipped factor set is used; before, an earlier, made-up one."""
RESTATED = 7
"""Month that is restated by the shipped set afterwards."""
HOST_SHARE = ("{value: 0.6, low: 0.1, high: 1.2,", "{value: 0.4, low: 0.1, high: 0.9,")
OUTAGE = 3
"""Month in which records are lost on two days."""
COUNTS_ONLY = frozenset({"ressources-humaines", "action-sociale"})
BATCH = 500

type Tell = Callable[[str], None]


def earlier_set() -> FactorSet:
    """A made-up earlier set: the shipped one with another share of hosts and idle machines."""
    shipped = load()
    method = shipped.documents["method.yaml"].replace(*HOST_SHARE)
    named = re.sub('version: ".*"', 'version: "simulated"', shipped.documents["set.yaml"])
    if method == shipped.documents["method.yaml"]:
        raise ValueError("method.yaml has another host_share: change bench/year/fill.py")
    documents = dict(shipped.documents) | {"method.yaml": method, "set.yaml": named}
    return FactorSet(documents, dict(shipped.files)).checked()


def finder() -> Callable[[str], FactorSet]:
    """Finds factor sets by name, the made-up one included."""
    earlier = earlier_set()
    return lambda name: earlier if name == earlier.name else load(name)


def fill(ledger: Ledger, clock: list[float], tz: ZoneInfo, tell: Tell, seed: int = YEAR) -> None:
    """Write the year. `clock` is what the ledger takes for the time; it is moved along."""
    rnd = random.Random(seed)
    earlier, shipped = Estimator(earlier_set()), Estimator(load())
    for month in range(1, 13):
        tell(f"{YEAR}-{month:02d}")
        estimator = shipped if month >= NEW_FACTORS else earlier
        clock[0] = datetime(YEAR, month, 28, 23, tzinfo=tz).timestamp()
        entries = sorted(_month(rnd, month, tz, estimator), key=lambda one: one.exchange.started_at)
        for start in range(0, len(entries), BATCH):
            ledger.write(entries[start : start + BATCH])
        ledger.add_gaps(_gaps(rnd, month, tz))
        ledger.add_own_energy(_own(month, tz))
    clock[0] = datetime(YEAR + 1, 1, 2, 3, tzinfo=tz).timestamp()
    since, until = ledger.month(YEAR, RESTATED)
    recompute(ledger, load(), since, until, find=finder())


def _month(rnd: random.Random, month: int, tz: ZoneInfo, estimator: Estimator) -> Iterator[Entry]:
    grown = START + (1 - START) * (month - 1) / 11
    working = [one for one in DEPARTMENTS if one.first <= month <= one.last]
    for _ in range(round(PEOPLE * grown * SEASONS[month - 1])):
        tool = rnd.choices(TOOLS, [_weight(one, month) for one in TOOLS])[0]
        department = rnd.choices(working, [one.weight for one in working])[0]
        yield _entry(rnd, _of_person(rnd, month, tz, tool, department), estimator)
    for program in PROGRAMS:
        ramp = min(1.0, max(0, month - program.first + 1) / 3)
        for _ in range(round(program.requests * ramp)):
            yield _entry(rnd, _of_program(rnd, month, tz, program), estimator)


def _weight(tool: Tool, month: int) -> float:
    return tool.start + (tool.end - tool.start) * (month - 1) / 11


def _of_person(
    rnd: random.Random, month: int, tz: ZoneInfo, tool: Tool, department: Department
) -> Exchange:
    counts_only = department.name in COUNTS_ONLY
    picture = tool.tool == "chatgpt" and rnd.random() < 0.03
    return _exchange(
        rnd,
        _moment(rnd, month, tz),
        department=department.name,
        channel=tool.channel,
        tool=tool.tool,
        provider=tool.provider,
        sanction=tool.sanction,
        operation="image" if picture else tool.operation,
        images=1 if picture else None,
        model_asked=tool.model,
        output_tokens=_many(rnd, tool.output),
        output_source="counted" if tool.counted else "estimated",
        input_source="estimated",
        parse_status="partial" if rnd.random() < 0.02 else "ok",
        words="off" if counts_only else "sent",
    )


def _of_program(rnd: random.Random, month: int, tz: ZoneInfo, program: Program) -> Exchange:
    return _exchange(
        rnd,
        _moment(rnd, month, tz, people=program.faces != "resident"),
        department=program.department,
        application=program.application,
        faces=program.faces,
        tool=program.tool,
        provider=program.provider,
        sanction=program.sanction,
        model_asked=program.model,
        input_tokens=_many(rnd, 900),
        output_tokens=_many(rnd, program.output),
        input_source="reported",
        output_source="reported",
        words="sent",
    )


def _exchange(rnd: random.Random, at: float, **fields: object) -> Exchange:
    status: Status = rnd.choices(("ok", "client_error", "aborted"), (97, 2, 1))[0]
    base = Exchange(
        id=str(uuid.UUID(int=rnd.getrandbits(128), version=4)),
        started_at=at,
        duration_s=rnd.uniform(0.8, 14),
        time_to_first_byte_s=rnd.uniform(0.2, 1.5),
        tool="",
        provider="",
        wire_format="simulated",
        input_tokens=_many(rnd, 350),
        prompt_language="fr",
        answer_language="fr" if rnd.random() < 0.93 else "en",
        status=status,
        request_bytes=rnd.randrange(500, 6000),
        response_bytes=rnd.randrange(800, 20000),
    )
    made = msgspec.structs.replace(base, **fields)
    if status != "ok":
        return msgspec.structs.replace(
            made, output_tokens=None, input_tokens=None, images=None,
            input_source="none", output_source="none", words="empty",
        )  # fmt: skip
    return made


def _entry(rnd: random.Random, exchange: Exchange, estimator: Estimator) -> Entry:
    named = msgspec.structs.replace(exchange, model=estimator.model_name(exchange))
    return Entry(named, estimator.impact(named), _finding(rnd, named))


def _finding(rnd: random.Random, exchange: Exchange) -> Finding:
    thresholds = _thresholds()
    base = Finding(
        classifier=thresholds.classifier,
        version=thresholds.version,
        threshold_set=thresholds.named(0.01),
        language=exchange.answer_language,
    )
    if exchange.words != "sent" or rnd.random() < 0.02:
        reason = "off" if exchange.words == "off" else "empty"
        status = reason if exchange.words != "sent" else "too_short"
        return msgspec.structs.replace(base, status=status)
    flags = ("toxicity", "insult") if rnd.random() < 0.009 else ()
    windows = rnd.randrange(1, 12)
    return msgspec.structs.replace(
        base,
        scores={"toxicity": 0.97 if flags else 0.02, "insult": 0.93 if flags else 0.01},
        flags=flags,
        windows_scored=windows,
        windows=windows,
        bias=said(rnd.random()) if exchange.answer_language == "fr" else {},
        bias_version=BIAS_VERSION,
    )


@cache
def _thresholds() -> ThresholdFile:
    """The shipped ones: flags are simulated, their false alarms are the measured ones."""
    file = yaml.safe_load((CONFIG / "embedded.yaml").read_text("utf-8"))
    return load_thresholds("embedded", file["version"])


def _many(rnd: random.Random, mean: int) -> int:
    """Tokens: a few long texts, many short ones."""
    return max(1, round(rnd.lognormvariate(0, 0.7) * mean * 0.78))


def _moment(rnd: random.Random, month: int, tz: ZoneInfo, *, people: bool = True) -> float:
    """A moment of the month: people work on weekdays from eight to six."""
    while True:
        day = rnd.randrange(1, 29)
        hour = rnd.triangular(8, 18, 10.5) if people else rnd.uniform(0, 24)
        local = datetime(YEAR, month, day, tzinfo=tz) + timedelta(hours=hour)
        if local.weekday() < 5 or (not people and rnd.random() < 0.5):
            return local.timestamp()


def _gaps(rnd: random.Random, month: int, tz: ZoneInfo) -> list[Gap]:
    first = datetime(YEAR, month, 1, 12, tzinfo=tz)
    gaps = [Gap(first.timestamp(), SIMULATED)]
    for day in range(0, 28, 3):
        at = (first + timedelta(days=day)).timestamp()
        gaps.append(Gap(at, "tunnels", "copilot", rnd.randrange(5, 40)))
        gaps.append(Gap(at, "requests_passed", "chatgpt", rnd.randrange(30, 90)))
    if month == OUTAGE:
        for day in (10, 11):
            at = (first + timedelta(days=day)).timestamp()
            gaps.append(Gap(at, "outbox_lost", count=17))
    return gaps


def _own(month: int, tz: ZoneInfo) -> list[OwnEnergy]:
    """A small machine that is watched all the time; but for the days of the outage."""
    found = []
    for day in range(28):
        at = datetime(YEAR, month, 1, tzinfo=tz) + timedelta(days=day, hours=3)
        if month == OUTAGE and day in {10, 11}:
            continue
        for component, watts in (("cpu", 5.2), ("ram", 1.4)):
            wh = watts * 24
            found.append(
                OwnEnergy(
                    at=at.timestamp(),
                    component=component,  # type: ignore[arg-type]
                    source="estimated",
                    measured_s=86_400.0,
                    machine_wh=wh * 4,
                    own_wh=Range(wh * 0.6, wh, wh * 1.5),
                )
            )
    return found
