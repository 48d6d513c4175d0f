"""Our share of the machine's electricity: always a range, never more than there was."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.measured import Sample, consumed
from proxy.measured.sample import from_line, to_line


def sample(**changes: object) -> Sample:
    """A minute of a machine of 2 cores at 25 % load, a fifth of which was ours."""
    values: dict[str, object] = {
        "seconds": 60.0,
        "cpu_j": 120.0,
        "ram_j": 300.0,
        "cpu_source": "measured",
        "cpu_watts": None,
        "own_cpu_s": 6.0,
        "busy_cpu_s": 30.0,
        "capacity_cpu_s": 120.0,
        "own_private_bytes": 200,
        "own_resident_bytes": 300,
        "used_bytes": 1500,
        "total_bytes": 4000,
    }
    return Sample(**(values | changes))  # type: ignore[arg-type]


def test_worked_by_hand() -> None:
    cpu, ram = consumed(sample())
    # 120 J times 6/120 and times 6/30; their geometric mean is 12.
    assert (cpu.own_j.low, cpu.own_j.high) == (6.0, 24.0)
    assert cpu.own_j.central == pytest.approx(12.0)
    assert (cpu.component, cpu.source, cpu.machine_j, cpu.seconds) == ("cpu", "measured", 120, 60)
    # 300 J times 200/4000 and times 300/1500.
    assert (ram.own_j.low, ram.own_j.high) == (15.0, 60.0)
    assert ram.own_j.central == pytest.approx(30.0)
    assert (ram.component, ram.source) == ("ram", "estimated")


def test_an_estimate_has_the_rule_for_processes_beside() -> None:
    cpu, _ = consumed(sample(cpu_source="estimated", cpu_watts=20.0))
    # 20 W for 60 s times 6/120 is 60 J, more than both shares of an idling machine.
    assert cpu.own_j.high == 60.0
    assert cpu.own_j.low == 6.0
    assert cpu.own_j.central == pytest.approx((6 * 24 * 60) ** (1 / 3))


def test_idle_processes_take_no_processor() -> None:
    cpu, _ = consumed(sample(own_cpu_s=0.0))
    assert (cpu.own_j.low, cpu.own_j.central, cpu.own_j.high) == (0.0, 0.0, 0.0)


amounts = st.floats(min_value=-10, max_value=1e12)
sizes = st.integers(min_value=0, max_value=2**50)


@given(
    st.builds(
        Sample,
        seconds=amounts,
        cpu_j=amounts,
        ram_j=amounts,
        cpu_source=st.sampled_from(["measured", "estimated"]),
        cpu_watts=st.none() | st.floats(min_value=0.1, max_value=1000),
        own_cpu_s=amounts,
        busy_cpu_s=amounts,
        capacity_cpu_s=amounts,
        own_private_bytes=sizes,
        own_resident_bytes=sizes,
        used_bytes=sizes,
        total_bytes=sizes,
    )
)
def test_whatever_the_counters_say(one: Sample) -> None:
    for part in consumed(one):
        span = part.own_j
        assert 0 <= span.low <= span.central <= span.high
        if one.cpu_watts is None or part.component == "ram":
            assert span.high <= part.machine_j
    assert from_line(to_line(one)) == one


@pytest.mark.parametrize("line", [b"", b"{}", b"codecarbon says hello", b"\xff\n"])
def test_what_is_no_sample_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whatever its text
        from_line(line)
