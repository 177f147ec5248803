"""Finish reasons of all vendors whose documents list them, as the one vocabulary of `Finished`."""

import re
from collections.abc import Mapping
from typing import Any, Literal

from playground.events import FinishReason
from playground.providers.failures.vendors import generally_named, named, squashed

End = FinishReason | Literal["error"]

_VENDORS: Mapping[str, Mapping[End, str]] = {
    "https://platform.openai.com/docs/api-reference/chat/object": {
        "stop": "stop",
        "length": "length",
        "tool_calls": "tool_calls function_call",
        "content_filter": "content_filter",
    },
    # A paused turn is not finished: it can be continued.
    "https://docs.claude.com/en/api/handling-stop-reasons": {
        "stop": "end_turn stop_sequence",
        "length": "max_tokens model_context_window_exceeded pause_turn",
        "tool_calls": "tool_use",
        "content_filter": "refusal",
        "unknown": "compaction",
    },
    # Also with words before them, such as "function_call_filter: MALFORMED_FUNCTION_CALL" or "content_filter: SAFETY".
    "https://ai.google.dev/api/generate-content#FinishReason": {
        "stop": "STOP",
        "length": "MAX_TOKENS",
        "content_filter": """
            SAFETY RECITATION LANGUAGE BLOCKLIST PROHIBITED_CONTENT SPII MODEL_ARMOR IMAGE_SAFETY
            IMAGE_PROHIBITED_CONTENT IMAGE_RECITATION
        """,
        "error": """
            OTHER MALFORMED_FUNCTION_CALL UNEXPECTED_TOOL_CALL TOO_MANY_TOOL_CALLS MISSING_THOUGHT_SIGNATURE
            MALFORMED_RESPONSE NO_IMAGE IMAGE_OTHER
        """,
    },
    "https://docs.mistral.ai/api/endpoint/chat": {
        "stop": "stop",
        "length": "length model_length",
        "tool_calls": "tool_calls",
        "error": "error",
    },
    "https://api-docs.deepseek.com/api/create-chat-completion": {
        "stop": "stop",
        "length": "length",
        "tool_calls": "tool_calls",
        "content_filter": "content_filter",
        "error": "insufficient_system_resource aborted",
    },
    "https://docs.z.ai/api-reference/llm/chat-completion": {
        "stop": "stop",
        "length": "length model_context_window_exceeded",
        "tool_calls": "tool_calls",
        "content_filter": "sensitive",
        "error": "network_error",
    },
    "https://docs.cohere.com/reference/chat": {
        "stop": "COMPLETE STOP_SEQUENCE",
        "length": "MAX_TOKENS ERROR_LIMIT",
        "tool_calls": "TOOL_CALL",
        "content_filter": "ERROR_TOXIC",
        "error": "ERROR TIMEOUT USER_CANCEL",
    },
    "https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html": {
        "stop": "end_turn stop_sequence",
        "length": "max_tokens model_context_window_exceeded",
        "tool_calls": "tool_use",
        "content_filter": "guardrail_intervened content_filtered",
        "error": "malformed_model_output malformed_tool_use",
    },
    "https://huggingface.co/docs/text-generation-inference/reference/api_reference": {
        "stop": "stop eos_token stop_sequence",
        "length": "length",
    },
    "https://docs.together.ai/reference/chat-completions-1": {
        "stop": "stop eos",
        "length": "length",
        "tool_calls": "tool_calls function_call",
    },
    "https://openrouter.ai/docs/api/reference/overview": {
        "stop": "stop",
        "length": "length",
        "tool_calls": "tool_calls",
        "content_filter": "content_filter",
        "error": "error",
    },
    "https://help.aliyun.com/zh/model-studio/qwen-api-reference": {
        "stop": "stop",
        "length": "length",
        "tool_calls": "tool_calls",
    },
    "https://cloud.baidu.com/doc/qianfan-api/s/3m7of64lb": {
        "stop": "normal stop",
        "length": "length",
        "content_filter": "content_filter",
        "tool_calls": "tool_calls function_call",
    },
    "https://cloud.tencent.com/document/product/1729/105701": {"stop": "stop", "content_filter": "sensitive"},
    "https://docs.vllm.ai/en/latest/api/vllm/v1/engine": {
        "stop": "stop",
        "length": "length",
        "error": "abort error",
        "unknown": "repetition",
    },
    "https://docs.sglang.ai/basic_usage/native_api.html": {"stop": "stop", "length": "length", "error": "abort"},
    "https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md": {
        "stop": "stop eos word",
        "length": "length limit",
        "tool_calls": "tool_calls",
    },
    "https://lmstudio.ai/docs/typescript/api-reference/llm-prediction-stats": {
        "stop": "eosFound stopStringFound",
        "length": "maxPredictedTokensReached contextLengthReached",
        "tool_calls": "toolCalls",
        "error": "userStopped modelUnloaded failed",
    },
    "https://github.com/ollama/ollama/blob/main/docs/api.md": {"stop": "stop load unload", "length": "length"},
    # The gRPC names that its HTTP API has let through.
    "https://docs.x.ai/developers/grpc-api-reference": {
        "stop": "REASON_STOP",
        "length": "REASON_MAX_LEN REASON_MAX_CONTEXT REASON_TIME_LIMIT",
        "tool_calls": "REASON_TOOL_CALLS",
    },
    "https://github.com/cloudflare/ai/tree/main/packages/workers-ai-provider": {
        "stop": "stop",
        "length": "length model_length",
        "tool_calls": "tool_calls",
        "error": "error",
        "unknown": "unknown",
    },
    "words that gateways use for the same": {
        "stop": "completed done finished success end_of_turn endoftext end_of_text stop_token natural_stop",
        "length": """
            max_length max_len max_output_tokens max_completion_tokens max_new_tokens token_limit length_limit truncated
            context_length_exceeded context_window_exceeded max_context
        """,
        "tool_calls": "tool_call function_calls tool",
        "content_filter": """
            filtered blocked content_blocked moderation content_moderation content_policy content_policy_violation
            guardrail guardrails guardrail_blocked risk unsafe prompt_blocked output_blocked prohibited
        """,
        "error": "canceled cancelled interrupted failure server_error internal_error overloaded",
    },
}
"""By the vendor's document: our reason, and the vendor's words for it; case and separators do not count."""

_NONE = frozenset({"", "null", "none", "unspecified", "finishreasonunspecified", "notfinished", "inprogress"})
"""Values in frames before the last one; Alibaba's servers write null as text."""


_REASONS: dict[str, End] = {
    squashed(reason): end
    for vendor in _VENDORS.values()
    for end, reasons in vendor.items()
    for reason in reasons.split()
}


def read_finish_reason(value: Any) -> End | None:
    """The reason that a server gives; None where it gives none, "error" where it failed.

    `read_embedded_error` then reads the same reason as the code of the error.
    """
    if not isinstance(value, str) or len(value) > 200:
        return None if not value else "unknown"
    if squashed(value) in _NONE:
        return None
    general, _, special = value.rpartition(":")
    candidates = [reason for reason in (value, special, general) if reason]
    for word in map(squashed, candidates):
        for known in (word, re.sub(r"^(?:finish|stop)?reason", "", word)):
            if known in _REASONS:
                return _REASONS[known]
    return "error" if any(named(reason) or generally_named(reason) for reason in candidates) else "unknown"


def settle_finish_reason(reason: FinishReason | None, *, tools_called: bool) -> FinishReason:
    """The reason of an answer that came to its end: "tool_calls" where tools were called, even if the server says stop.

    Ollama and forced tools at OpenAI say "stop" there (https://github.com/ollama/ollama/pull/7963).
    """
    if tools_called and reason in (None, "stop"):
        return "tool_calls"
    return reason or "stop"
