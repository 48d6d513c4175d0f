"""The wire formats, by the name that config/providers/*.yaml uses.

To add one: a file with a subclass of `Format`, a line here, golden exchanges; see
docs/howto/add-a-wire-format.md.
"""

from __future__ import annotations

from proxy.wire.anthropic import AnthropicMessages
from proxy.wire.base import Format
from proxy.wire.bedrock import Bedrock
from proxy.wire.cohere import CohereChat, CohereEmbed
from proxy.wire.gemini import Gemini
from proxy.wire.ollama import Ollama
from proxy.wire.opaque import Opaque
from proxy.wire.openai_audio import OpenAIAudio
from proxy.wire.openai_chat import OpenAIChat
from proxy.wire.openai_completions import OpenAICompletions
from proxy.wire.openai_embeddings import OpenAIEmbeddings
from proxy.wire.openai_images import OpenAIImages
from proxy.wire.openai_realtime import OpenAIRealtime
from proxy.wire.openai_rerank import OpenAIRerank
from proxy.wire.openai_responses import OpenAIResponses

__all__ = ["FORMATS"]

_KINDS: tuple[type[Format], ...] = (
    OpenAIChat,
    OpenAICompletions,
    OpenAIResponses,
    OpenAIEmbeddings,
    OpenAIImages,
    OpenAIAudio,
    OpenAIRealtime,
    OpenAIRerank,
    AnthropicMessages,
    Gemini,
    CohereChat,
    CohereEmbed,
    Bedrock,
    Ollama,
    Opaque,
)

FORMATS: dict[str, type[Format]] = {kind.name: kind for kind in _KINDS}
"""One class per format; `Reader` takes "opaque" for a name that is not here."""
