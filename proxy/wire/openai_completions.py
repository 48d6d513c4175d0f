"""OpenAI's older completions: `prompt` in, `choices[].text` out, else as chat.

A prompt is a text, a list of texts, or token ids, which have no words. Fill-in-the-middle
services (Copilot, Codestral, vLLM) add a `suffix`.
"""

from __future__ import annotations

from proxy.wire.openai_chat import OpenAIChat

__all__ = ["OpenAICompletions"]


class OpenAICompletions(OpenAIChat):
    """Completions, whole or streamed."""

    name = "openai-completions"
