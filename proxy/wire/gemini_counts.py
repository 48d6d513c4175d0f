"""What Google's token counts mean, in one place for its three ways of stating them.

`usageMetadata` (generateContent), `usageMetadata` of the Live API, and `usage` of the
interactions API name the same six quantities. They are cumulative: of a stream the last
value of each counts, and the last chunk need not repeat all of them.
"""

from __future__ import annotations

import msgspec

from proxy.wire.reading import Reading

__all__ = ["Counts", "InteractionUsage", "UsageMetadata", "settle"]


class UsageMetadata(msgspec.Struct, rename="camel"):
    """`usageMetadata`; `response_token_count` is the Live API's name for the candidates."""

    prompt_token_count: int | None = None
    candidates_token_count: int | None = None
    response_token_count: int | None = None
    thoughts_token_count: int | None = None
    tool_use_prompt_token_count: int | None = None
    cached_content_token_count: int | None = None
    total_token_count: int | None = None


class InteractionUsage(msgspec.Struct):
    """`usage` of the interactions API."""

    total_input_tokens: int | None = None
    total_output_tokens: int | None = None
    total_thought_tokens: int | None = None
    total_tool_use_tokens: int | None = None
    total_cached_tokens: int | None = None
    total_tokens: int | None = None


class Counts(msgspec.Struct):
    """The last value seen of each quantity, in tokens; None if it was never stated."""

    prompt: int | None = None
    """With the cached part, without what tools fed back."""
    candidates: int | None = None
    """The visible answer; of some models with the thoughts."""
    thoughts: int | None = None
    tool_use: int | None = None
    """What built-in tools fed back to the model: more prompt."""
    cached: int | None = None
    total: int | None = None
    live: bool = False
    """From the Live API, whose total leaves the thoughts out."""

    def add(self, usage: UsageMetadata) -> None:
        """Take the later values of a chunk."""
        self.prompt = _later(usage.prompt_token_count, self.prompt)
        self.candidates = _later(usage.candidates_token_count, self.candidates)
        if usage.response_token_count is not None:
            self.candidates, self.live = usage.response_token_count, True
        self.thoughts = _later(usage.thoughts_token_count, self.thoughts)
        self.tool_use = _later(usage.tool_use_prompt_token_count, self.tool_use)
        self.cached = _later(usage.cached_content_token_count, self.cached)
        self.total = _later(usage.total_token_count, self.total)

    def add_interaction(self, usage: InteractionUsage) -> None:
        """Take the later values of an event of the interactions API."""
        self.prompt = _later(usage.total_input_tokens, self.prompt)
        self.candidates = _later(usage.total_output_tokens, self.candidates)
        self.thoughts = _later(usage.total_thought_tokens, self.thoughts)
        self.tool_use = _later(usage.total_tool_use_tokens, self.tool_use)
        self.cached = _later(usage.total_cached_tokens, self.cached)
        self.total = _later(usage.total_tokens, self.total)


def settle(counts: Counts, reading: Reading) -> None:
    """Write the counts to `reading`, in its meaning."""
    if counts.prompt is not None:
        reading.input_tokens = counts.prompt + (counts.tool_use or 0)
    reading.reasoning_tokens = counts.thoughts
    reading.cache_read_tokens = counts.cached
    reading.output_tokens = _output(counts, saw_answer=bool(reading.answer))


def _output(counts: Counts, *, saw_answer: bool) -> int | None:
    """Everything that was generated, in tokens.

    output = total - prompt - tool use, because the candidates hold the thoughts of some
    models and not of others, and the total tells which. The total is not believed when it
    is smaller than a part of it (a last chunk that states less than an earlier one), nor
    in the Live API, where it leaves the thoughts out, nor when it says that nothing was
    generated although an answer came and no other count speaks of it.
    """
    stated = [part for part in (counts.candidates, counts.thoughts) if part is not None]
    if counts.live or counts.total is None or counts.prompt is None:
        return sum(stated) if stated else None
    rest = counts.total - counts.prompt - (counts.tool_use or 0)
    if stated and rest < max(stated):
        return sum(stated)
    if not stated and saw_answer and rest <= 0:
        return None
    return max(rest, 0)


def _later(new: int | None, old: int | None) -> int | None:
    return old if new is None else new
