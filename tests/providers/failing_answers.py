"""Answers with status 200 that hold an error, or come with noise around them."""

from playground.metering import Usage
from tests.providers.answers import DONE, JSON, Answer, frames

_HI = '{"choices":[{"index":0,"delta":{"content":"Hi"}}]}'
_STOP = '{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}'

FAILING_STREAMS = [
    Answer("OpenRouter's comments", ": OPENROUTER PROCESSING\n\n" * 30 + frames(_HI, _STOP), text="Hi"),
    Answer("pings of llama.cpp", ":\n\n" + frames(_HI, done=False) + ":\n\n" + frames(_STOP), text="Hi"),
    Answer(
        "OpenRouter: an error beside choices and usage",
        frames(
            _HI,
            '{"id":"gen","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],'
            '"error":{"code":429,"message":"Provider returned error"},'
            '"usage":{"prompt_tokens":1,"completion_tokens":1}}',
        ),
        text="Hi",
        error="rate_limited",
        says="Provider returned error",
    ),
    Answer(
        "OpenRouter: an error instead of choices",
        frames('{"error":{"code":502,"message":"Upstream idle timeout"}}', done=False),
        error="server",
        says="Upstream idle timeout",
    ),
    Answer(
        "the finish reason is error",
        frames(_HI, '{"choices":[{"index":0,"delta":{"content":"!"},"finish_reason":"error"}]}'),
        text="Hi!",
        error="server",
    ),
    Answer(
        "the choice holds the error",
        frames(
            '{"choices":[{"index":0,"delta":{},"finish_reason":"error","error":{"code":400,"message":"Bad tool"}}]}'
        ),
        error="bad_request",
        says="Bad tool",
    ),
    Answer(
        "Groq: event: error",
        frames(_HI, done=False) + "event: error\n"
        'data: {"error":{"message":"Failed to call a function.","type":"invalid_request_error",'
        '"code":"tool_use_failed","failed_generation":"<function>","status_code":400}}\n\n',
        text="Hi",
        error="bad_request",
        says="Failed to call a function.",
    ),
    Answer(
        "Groq: why it stopped early",
        frames(_HI, '{"choices":[{"index":0,"delta":{}}],"x_groq":{"id":"req","error":"over capacity"}}'),
        text="Hi",
        error="capacity",
        says="over capacity",
    ),
    Answer("Groq: no error of its own", frames(_HI, _STOP[:-1] + ',"x_groq":{"id":"req","error":null}}'), text="Hi"),
    Answer("event: error in plain words", "event: error\ndata: overloaded\n\n", error="capacity", says="overloaded"),
    Answer(
        "vLLM, SGLang: an error and no [DONE]",
        frames(
            _HI,
            '{"error":{"object":"error","message":"This model\'s maximum context length is 4096 tokens.",'
            '"type":"BadRequestError","param":null,"code":400}}',
            done=False,
        ),
        text="Hi",
        error="context_overflow",
    ),
    Answer(
        "vLLM of old: an error object without a key",
        frames('{"object":"error","message":"bad","type":"BadRequestError","code":400}'),
        error="bad_request",
        says="bad",
    ),
    Answer("vLLM: the error is lost, only [DONE] comes", DONE, reason="unknown"),
    Answer(
        "Ollama: the error is lost in an empty chunk",
        frames('{"id":"","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}'),
        reason="unknown",
    ),
    Answer(
        "llama.cpp: error as a field",
        frames(_HI, done=False)
        + 'error: {"code":500,"message":"context shift is disabled","type":"server_error"}\n\n'
        + DONE,
        text="Hi",
        error="server",
        says="context shift is disabled",
    ),
    Answer(
        "LM Studio: an error without a type",
        frames('{"error":{"message":"Compute error."},"message":"Compute error."}'),
        error="server",
        says="Compute error.",
    ),
    Answer("bare JSON in a stream", '{"error":{"message":"no such model","code":404}}', error="not_found"),
    Answer("Ollama: the error is a string", frames('{"error":"model crashed"}'), error="server", says="model crashed"),
    Answer(
        "Workers AI: an envelope in a stream",
        '{"success":false,"errors":[{"code":5007,"message":"No such model"}]}',
        error="not_found",
    ),
    Answer(
        "AI Gateway: an error without a key in a stream",
        frames(
            '{"response":"Hi"}',
            '{"name":"AiError","internalCode":3040,"httpCode":429,"message":"AiError: Capacity temporarily exceeded"}',
            done=False,
        ),
        text="Hi",
        error="capacity",
        says="Capacity temporarily exceeded",
    ),
    Answer(
        "AI Gateway: an error without a key as a whole",
        '{"name":"AiError","internalCode":5007,"httpCode":400,"message":"AiError: No such model"}',
        error="not_found",
        options=JSON,
    ),
    Answer(
        "FastAPI: detail for an error", frames('{"detail":"Engine is dead"}'), error="server", says="Engine is dead"
    ),
    Answer(
        "a message with a code for an error",
        frames(_HI, '{"code":503,"message":"Overloaded"}'),
        text="Hi",
        error="capacity",
        says="Overloaded",
    ),
    Answer("a message that is no error", frames('{"message":"warming up"}', _HI, _STOP), text="Hi"),
    Answer(
        "Google: a list with an error in the middle of a stream",
        frames(_HI, '[{"error":{"code":503,"message":"The model is overloaded.","status":"UNAVAILABLE"}}]', done=False),
        text="Hi",
        error="capacity",
        says="The model is overloaded.",
    ),
    Answer(
        "Google: a list with an error as a whole",
        '[{"error":{"code":404,"message":"no model of that name","status":"NOT_FOUND"}}]',
        error="not_found",
        options=JSON,
    ),
    Answer(
        "OpenRouter: the choice of a whole answer holds the error, and nothing says why it ended",
        '{"choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":null,'
        '"error":{"code":502,"message":"The provider sent nothing"}}]}',
        text="Hi",
        error="server",
        says="The provider sent nothing",
        options=JSON,
    ),
    Answer(
        "a choice of a stream holds the error beside a good end",
        frames(_HI, '{"choices":[{"index":0,"delta":{},"finish_reason":"stop","error":"lost the model"}]}'),
        text="Hi",
        error="server",
        says="lost the model",
    ),
    Answer(
        "MiniMax: the balance is spent",
        '{"id":"1","choices":null,"created":1,"model":"m","usage":{"total_tokens":0},'
        '"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}}',
        error="quota_exhausted",
        says="insufficient balance",
        options=JSON,
    ),
    Answer(
        "MiniMax: too many requests, in a stream",
        frames(_HI, '{"choices":[],"base_resp":{"status_code":1002,"status_msg":"rate limit"}}'),
        text="Hi",
        error="rate_limited",
        says="rate limit",
    ),
    Answer(
        "MiniMax: no error",
        frames(_HI, _STOP[:-1] + ',"base_resp":{"status_code":0,"status_msg":""}}'),
        text="Hi",
    ),
    Answer(
        "Anthropic: overloaded",
        frames(_HI, done=False) + "event: error\n"
        'data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
        text="Hi",
        error="capacity",
        says="Overloaded",
    ),
    Answer(
        "Workers AI: an error in the result of an envelope",
        '{"success":true,"errors":[],"messages":[],"result":{"error":{"code":429,"message":"slow down"}}}',
        error="rate_limited",
        says="slow down",
        options=JSON,
    ),
    Answer(
        "Workers AI: a list with an error for a result",
        '{"success":true,"errors":[],"messages":[],"result":[{"error":{"code":503,"message":"no"}}]}',
        error="server",
        options=JSON,
    ),
    Answer(
        "a gateway in Go: an error object without a word beside a good answer",
        '{"choices":[{"index":0,"finish_reason":"stop","message":{"role":"assistant","content":"Hi"}}],'
        '"error":{"message":"","type":"","param":"","code":null}}',
        text="Hi",
        options=JSON,
    ),
    Answer(
        "a gateway in Go: an error object without a word in every frame",
        frames(*(one[:-1] + ',"error":{"message":"","code":0}}' for one in (_HI, _STOP))),
        text="Hi",
    ),
    Answer(
        "iFlytek: code 0 and its usage in a frame without choices",
        frames(
            _HI[:-1] + ',"code":0,"message":"Success"}',
            _STOP[:-1] + ',"code":0,"message":"Success"}',
            '{"code":0,"message":"Success","sid":"x","usage":{"prompt_tokens":5,"completion_tokens":1,"total_tokens":6}}',
        ),
        text="Hi",
        usage=Usage(5, 1),
    ),
    Answer(
        "iFlytek: a code that is not 0",
        frames(_HI, '{"code":10013,"message":"The question was refused on review","sid":"x"}', done=False),
        text="Hi",
        error="content_filter",
        says="The question was refused on review",
    ),
]
