"""The `usage` objects of OpenAI and of the services that follow it, to one meaning.

They differ in where they put things and in what their headline counts leave out:

- Names: `prompt_tokens` / `completion_tokens`, or `input_tokens` / `output_tokens`.
- Hidden generation (reasoning at xAI and behind Gemini's compatible endpoint, stop
  sequences at Cerebras) shows only in `total_tokens`: what the total holds beyond the
  two headline counts was generated.
- Mistral counts the audio of a prompt in the total alone, and then states
  `prompt_audio_seconds`: there the rest of the total was read.
- Reasoning that is larger than the output it should be a part of (Perplexity's deep
  research) was generated beside it.
- Cache reads: `prompt_tokens_details.cached_tokens`, DeepSeek's
  `prompt_cache_hit_tokens`, Moonshot's `cached_tokens`, and Anthropic's names behind
  gateways. All of them are parts of the prompt here.
- Groq's compound systems ask several models for one answer, and list what each of them
  used in a `usage_breakdown`: see `read_breakdown`.
- A null, a missing key and a key of another type say nothing; a zero says zero.

A usage may be stated many times over in one stream, cumulatively: the last one wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from proxy.exchange import ReportedFootprint
from proxy.wire.jsonish import count, number
from proxy.wire.reading import Reading

__all__ = ["read_breakdown", "read_footprint", "read_timings", "read_usage"]

type _Object = Mapping[str, Any]

_INPUT = ("prompt_tokens", "input_tokens")
_OUTPUT = ("completion_tokens", "output_tokens")
_INPUT_DETAILS = (
    "prompt_tokens_details",
    "input_tokens_details",
    "input_token_details",
    "prompt_token_details",
)
_OUTPUT_DETAILS = (
    "completion_tokens_details",
    "output_tokens_details",
    "output_token_details",
    "completion_token_details",
)
_CACHE_READ = (
    "cached_tokens",
    "prompt_cache_hit_tokens",
    "cache_read_input_tokens",
    "num_cached_tokens",
)
_CACHE_WRITE = ("cache_write_tokens", "cache_creation_tokens", "cache_creation_input_tokens")
_SECONDS = ("prompt_audio_seconds", "seconds")
_READ_BESIDE = frozenset({"prompt_audio_seconds", "connector_tokens"})
_FOOTPRINTS = ("carbon", "impacts")
_RARE = frozenset((*_SECONDS, *_FOOTPRINTS))
_REASONING = ("reasoning_tokens",)
_ADDED = (
    "input_tokens",
    "output_tokens",
    "reasoning_tokens",
    "cache_read_tokens",
    "cache_write_tokens",
)
_NOTHING: _Object = {}


def read_usage(reading: Reading, usage: object, *, audio_prompt: bool = False) -> None:
    """Take the counts of one usage object; anything that is none changes nothing.

    `audio_prompt`: the request held audio, which the total may count alone.
    """
    if not isinstance(usage, dict) or not usage:
        return
    read = _first(usage, _INPUT)
    generated = stated = _first(usage, _OUTPUT)
    reasoning = _part(usage, _OUTPUT_DETAILS, _REASONING)
    # Mistral also counts what its connectors found in the total alone.
    beside = not _READ_BESIDE.isdisjoint(usage) and any(
        number(usage.get(key)) for key in _READ_BESIDE
    )
    read, generated = _whole(
        read, generated, count(usage.get("total_tokens")), was_read=audio_prompt or beside
    )
    if generated is not None and reasoning is not None and reasoning > generated:
        # A total that added something has it already, give or take a gateway's few tokens.
        generated = generated + reasoning if generated == stated else reasoning
    if read is not None:
        reading.input_tokens = read
    if generated is not None:
        reading.output_tokens = generated
    if reasoning is not None:
        reading.reasoning_tokens = reasoning
    cached = _part(usage, _INPUT_DETAILS, _CACHE_READ)
    if cached is not None:
        reading.cache_read_tokens = cached
    written = _part(usage, _INPUT_DETAILS, _CACHE_WRITE)
    if written is not None:
        reading.cache_write_tokens = written
    _read_rare(reading, usage)


def read_breakdown(reading: Reading, breakdown: object) -> None:
    """Take what several models used for one answer (`models[].usage`), where it is more.

    The headline is said to be of the whole request (groq SDK, `chat_completion_chunk.py`);
    where it holds less than its parts, or is missing, the parts are what was used.
    """
    models = breakdown.get("models") if isinstance(breakdown, dict) else None
    parts = [Reading() for _ in models] if isinstance(models, list) else []
    for part, model in zip(parts, models or (), strict=False):
        read_usage(part, model.get("usage") if isinstance(model, dict) else None)
    for name in _ADDED:
        stated = [getattr(part, name) for part in (reading, *parts)]
        sums = [value for value in stated[1:] if value is not None]
        if sums:
            setattr(reading, name, max(sum(sums), stated[0] or 0))


def _read_rare(reading: Reading, usage: _Object) -> None:
    """What few services state beside the counts of tokens."""
    if _RARE.isdisjoint(usage):
        return
    for key in _SECONDS:
        seconds = number(usage.get(key))
        if seconds is not None:
            reading.audio_s = seconds
            break
    for key in _FOOTPRINTS:
        read_footprint(reading, usage.get(key))


def _whole(
    read: int | None, generated: int | None, total: int | None, *, was_read: bool
) -> tuple[int | None, int | None]:
    """Input and output, completed by the total where they leave something out of it.

    `was_read`: what they leave out went in, and did not come out.
    """
    if total is None or read is None:
        return read, generated
    rest = total - read - (generated or 0)
    if rest < 0 or (rest == 0 and generated is not None):
        return read, generated
    if was_read and generated is not None:
        return read + rest, generated
    return read, (generated or 0) + rest


def _first(usage: _Object, names: tuple[str, ...]) -> int | None:
    for name in names:
        if name in usage:
            value = count(usage[name])
            if value is not None:
                return value
    return None


def _part(usage: _Object, details: tuple[str, ...], names: tuple[str, ...]) -> int | None:
    """A part of a count: in the details where they are, else beside the headline."""
    for key in details:
        if key in usage:
            inside = usage[key]
            if isinstance(inside, dict):
                value = _first(inside, names)
                if value is not None:
                    return value
    return _first(usage, names)


def read_timings(reading: Reading, timings: object) -> None:
    """llama.cpp's own counts: what it evaluated now, and what it had in its cache.

    `prompt_n` leaves out what came from the cache (`cache_n`). A usage beside it says the
    same of input and output, and is preferred; of the cache it may say nothing.
    """
    if not isinstance(timings, dict):
        return
    read = count(timings.get("prompt_n"))
    cached = count(timings.get("cache_n"))
    if reading.input_tokens is None and read is not None:
        reading.input_tokens = read + (cached or 0)
    if reading.cache_read_tokens is None:
        reading.cache_read_tokens = cached
    if reading.output_tokens is None:
        reading.output_tokens = count(timings.get("predicted_n"))


def read_footprint(reading: Reading, impacts: object) -> None:
    """What the service says that the exchange cost.

    Albert: `usage.carbon` (later `usage.impacts`) with `kWh` and `kgCO2eq`, each a range
    or one value. Otoroshi: `impacts` with `energy` and `gwp`, each with a `value` that is
    a range and a `unit`. A zero is kept as it was said; it means unknown, not free.
    """
    if not isinstance(impacts, dict):
        return
    energy = _range(impacts.get("kWh", impacts.get("energy")), "kWh")
    ghg = _range(impacts.get("kgCO2eq", impacts.get("gwp")), "kgCO2eq")
    if energy or ghg:
        low_energy, high_energy = energy or (None, None)
        low_ghg, high_ghg = ghg or (None, None)
        reading.reported = ReportedFootprint(
            energy_min_kwh=low_energy,
            energy_max_kwh=high_energy,
            ghg_min_kgco2e=low_ghg,
            ghg_max_kgco2e=high_ghg,
        )


def _range(value: object, unit: str) -> tuple[float | None, float | None] | None:
    """The ends of a quantity in `unit`; None when there is none, or in another unit."""
    if isinstance(value, dict) and "value" in value:
        if value.get("unit", unit) != unit:
            return None
        value = value["value"]
    if isinstance(value, dict):
        low, high = number(value.get("min")), number(value.get("max"))
        return None if low is None and high is None else (low, high)
    single = number(value)
    return None if single is None else (single, single)
