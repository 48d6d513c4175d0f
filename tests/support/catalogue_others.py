"""Calls that must be read, and how: services that share an API, and browser chats."""

from __future__ import annotations

from tests.support.catalogue_calls import UUID, Read, socket

OTHERS: tuple[Read, ...] = (
    # Services that speak OpenAI's API
    Read("albert.api.etalab.gouv.fr", "/v1/chat/completions", "openai-chat", region="FR"),
    Read("albert.api.etalab.gouv.fr", "/v1/rerank", "openai-rerank", "rerank", region="FR"),
    Read(
        "albert.api.etalab.gouv.fr",
        "/v1/agents/completions",
        "openai-chat",
        region="FR",
        action="agents",
    ),
    Read("api.scaleway.ai", "/v1/chat/completions", "openai-chat", region="FR"),
    Read("api.scaleway.ai", f"/{UUID}/v1/chat/completions", "openai-chat", region="FR"),
    Read(
        "oai.endpoints.kepler.ai.cloud.ovh.net",
        "/v1/embeddings",
        "openai-embeddings",
        "embedding",
        region="FR",
    ),
    Read("api.groq.com", "/openai/v1/chat/completions", "openai-chat"),
    Read("api.together.xyz", "/v1/completions", "openai-completions", "completion"),
    Read("openrouter.ai", "/api/v1/chat/completions", "openai-chat"),
    Read("openrouter.ai", "/api/v1/responses", "openai-responses"),
    Read("api.deepseek.com", "/chat/completions", "openai-chat"),
    Read("api.deepseek.com", "/beta/completions", "openai-completions", "completion"),
    Read("api.deepseek.com", "/anthropic/v1/messages", "anthropic-messages"),
    Read("api.x.ai", "/v1/chat/completions", "openai-chat"),
    Read("api.perplexity.ai", "/chat/completions", "openai-chat"),
    Read("api.perplexity.ai", "/v1/embeddings", "openai-embeddings", "embedding"),
    Read("api.fireworks.ai", "/inference/v1/chat/completions", "openai-chat"),
    Read("api.deepinfra.com", "/v1/openai/chat/completions", "openai-chat"),
    Read("api.cerebras.ai", "/v1/chat/completions", "openai-chat"),
    Read("api.sambanova.ai", "/v1/chat/completions", "openai-chat"),
    Read("api.studio.nebius.ai", "/v1/chat/completions", "openai-chat"),
    Read("integrate.api.nvidia.com", "/v1/chat/completions", "openai-chat"),
    Read("api.llama.com", "/compat/v1/chat/completions", "openai-chat"),
    Read("dashscope-intl.aliyuncs.com", "/compatible-mode/v1/chat/completions", "openai-chat"),
    Read("api.poe.com", "/v1/chat/completions", "openai-chat"),
    Read(
        "gateway.ai.cloudflare.com",
        "/v1/compte/passerelle/openai/chat/completions",
        "openai-chat",
    ),
    Read("router.huggingface.co", "/v1/chat/completions", "openai-chat"),
    Read("router.huggingface.co", "/groq/openai/v1/chat/completions", "openai-chat"),
    Read(
        "router.huggingface.co",
        "/hf-inference/models/meta-llama/Llama-3.1-8B-Instruct/v1/chat/completions",
        "openai-chat",
        model="meta-llama/Llama-3.1-8B-Instruct",
    ),
    Read(
        "api-inference.huggingface.co",
        "/models/meta-llama/Meta-Llama-3-8B-Instruct/v1/chat/completions",
        "openai-chat",
        model="meta-llama/Meta-Llama-3-8B-Instruct",
    ),
    # GitHub Copilot
    Read("api.githubcopilot.com", "/chat/completions", "openai-chat", channel="ide"),
    Read("api.individual.githubcopilot.com", "/responses", "openai-responses", channel="ide"),
    Read("api.githubcopilot.com", "/v1/messages", "anthropic-messages", channel="ide"),
    Read(
        "copilot-proxy.githubusercontent.com",
        "/v1/engines/copilot-codex/completions",
        "openai-completions",
        "completion",
        model="copilot-codex",
        channel="ide",
    ),
    # Browser chats
    Read("chatgpt.com", "/backend-api/f/conversation", "opaque"),
    Read("chatgpt.com", "/backend-anon/f/conversation", "opaque"),
    Read("chatgpt.com", "/backend-api/conversation", "opaque"),
    Read("chat.openai.com", "/backend-anon/conversation", "opaque"),
    Read("claude.ai", f"/api/organizations/{UUID}/chat_conversations/{UUID}/completion", "opaque"),
    Read(
        "claude.ai",
        f"/api/organizations/{UUID}/chat_conversations/{UUID}/retry_completion",
        "opaque",
    ),
    Read(
        "gemini.google.com",
        "/_/BardChatUi/data/assistant.lamda.BardFrontendService/StreamGenerate?bl=x&rt=c",
        "opaque",
    ),
    Read(
        "gemini.google.com",
        "/u/1/_/BardChatUi/data/assistant.lamda.BardFrontendService/StreamGenerate",
        "opaque",
    ),
    Read("chat.mistral.ai", "/api/chat", "opaque"),
    socket(
        "copilot.microsoft.com", "/c/api/chat?api-version=2&accessToken=secret", "opaque", "chat"
    ),
    socket(
        "substrate.office.com",
        f"/m365Copilot/Chathub/{UUID}@{UUID}?access_token=secret",
        "opaque",
        "chat",
    ),
    Read("chat.deepseek.com", "/api/v0/chat/completion", "opaque"),
    Read("www.perplexity.ai", "/rest/sse/perplexity_ask", "opaque"),
    Read("grok.com", "/rest/app-chat/conversations/new", "opaque"),
    Read("grok.com", f"/rest/app-chat/conversations/{UUID}/responses", "opaque"),
    Read("grok.x.com", "/2/grok/add_response.json", "opaque"),
    Read("duck.ai", "/duckchat/v1/chat", "opaque"),
    Read("huggingface.co", "/chat/conversation/66f0c0ffee66f0c0ffee66f0", "opaque"),
    Read("chat.qwen.ai", "/api/v2/chat/completions?chat_id=1", "opaque"),
    Read("chat.z.ai", "/api/v2/chat/completions", "opaque"),
    Read("t3.chat", "/api/chat", "opaque"),
    Read("you.com", "/api/streamingSearch?q=secret", "opaque", method="GET"),
    Read(
        "poe.com",
        "/api/gql_POST",
        "opaque",
        headers={"poe-queryname": "chatHelpers_sendMessageMutation_Mutation"},
    ),
    # By shape alone, on hosts that know no such path
    Read("api.replicate.com", "/some/where/v1/chat/completions", "openai-chat"),
    Read("api.mistral.ai", "/elsewhere/v1/rerank", "openai-rerank", "rerank", region="FR"),
    Read("platform.openai.com", "/v1/chat/completions", "openai-chat", channel="web"),
)
