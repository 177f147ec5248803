"""Answers as servers have sent them, each with what it says."""

from dataclasses import dataclass, field
from typing import Any

from playground.messages import ToolCall
from playground.metering import Usage

DONE = "data: [DONE]\n\n"
GUESSED = Usage(0, -1, estimated=True)
"""Stands for any usage that is an estimate."""


def frames(*data: str, done: bool = True) -> str:
    """A stream of frames, ended by [DONE]."""
    return "".join(f"data: {frame}\n\n" for frame in data) + (DONE if done else "")


@dataclass(frozen=True)
class Answer:
    """A body, and what is heard when it is read."""

    name: str
    body: str
    text: str = ""
    reasoning: str = ""
    calls: tuple[ToolCall, ...] = ()
    reason: str = "stop"
    truncated: bool = False
    usage: Usage = GUESSED
    error: str | None = None
    """The kind of error it ends with."""
    says: str = ""
    """What the error's message holds."""
    options: dict[str, Any] = field(default_factory=dict)


JSON = {"content_type": "application/json"}
PARIS = '{"location": "Paris"}'

NATIVE_WHOLE = [
    Answer(
        "text, usage and no calls",
        '{"result": {"response": "Hello, World first appeared", "usage": {"prompt_tokens": 42, "completion_tokens": 23,'
        ' "total_tokens": 65}, "tool_calls": []}, "success": true, "errors": [], "messages": []}',
        text="Hello, World first appeared",
        usage=Usage(42, 23),
        options=JSON,
    ),
    Answer(
        "JSON mode: the response is an object",
        '{"result": {"response": {"name": "India", "languages": ["Hindi"], "n": 12345678901234567890123}},'
        ' "success": true}',
        text='{"name":"India","languages":["Hindi"],"n":12345678901234567890123}',
        options=JSON,
    ),
    Answer("the response is a number", '{"result": {"response": 42}, "success": true}', text="42", options=JSON),
    Answer("the response is a number with its digits", '{"result": {"response": 3.10}}', text="3.10", options=JSON),
    Answer("the response is true", '{"result": {"response": true}, "success": true}', text="true", options=JSON),
    Answer(
        "no response but calls with arguments as an object",
        '{"result":{"response":null,"tool_calls":[{"name":"get_weather","arguments":{"location":"Paris"}}],'
        '"usage":{"prompt_tokens":10,"completion_tokens":5}},"success":true}',
        calls=(ToolCall("call00000", "get_weather", '{"location":"Paris"}'),),
        reason="tool_calls",
        usage=Usage(10, 5),
        options=JSON,
    ),
    Answer(
        "no response at all and calls in OpenAI's form",
        '{"result":{"tool_calls":[{"id":"chatcmpl-tool-926d","type":"function","function":{"name":"get_weather",'
        '"arguments":"{\\"location\\": \\"Paris\\"}"}}]},"success":true}',
        calls=(ToolCall("chatcmpl-tool-926d", "get_weather", PARIS),),
        reason="tool_calls",
        options=JSON,
    ),
    Answer(
        "OpenAI's object as the result",
        '{"result":{"choices":[{"finish_reason":"stop","index":0,"logprobs":null,"message":{"content":"أهلاً بك",'
        '"role":"assistant"}}],"created":1791402397,"model":"@cf/google/gemma-4-26b-a4b-it-external",'
        '"object":"chat.completion","usage":{"prompt_tokens":147,"completion_tokens":16,"total_tokens":163,'
        '"prompt_tokens_details":{"cached_tokens":3},"neurons":1.7727272510528564}},"success":true}',
        text="أهلاً بك",
        usage=Usage(147, 16, 3, 1.7727272510528564),
        options=JSON,
    ),
    Answer(
        "the budget went into thoughts",
        '{"result":{"choices":[{"finish_reason":"length","message":{"content":null,"reasoning_content":"Hm",'
        '"reasoning":"Hm"}}]},"success":true}',
        reasoning="Hm",
        reason="length",
        options=JSON,
    ),
    Answer(
        "a Responses object",
        '{"result":{"id":"resp_1","object":"response","status":"completed","output":['
        '{"type":"reasoning","content":[{"type":"reasoning_text","text":"Hm"}]},'
        '{"type":"message","role":"assistant","content":[{"type":"output_text","text":"Hi"}]},'
        '{"type":"function_call","call_id":"c1","name":"now","arguments":"{}"}],'
        '"usage":{"input_tokens":7,"output_tokens":3,"input_tokens_details":{"cached_tokens":2}}},"success":true}',
        text="Hi",
        reasoning="Hm",
        calls=(ToolCall("c1", "now", "{}"),),
        reason="tool_calls",
        usage=Usage(7, 3, 2),
        options=JSON,
    ),
    Answer(
        "a Responses object that says its text once more",
        '{"object":"response","status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},'
        '"output":[],"output_text":"Hi"}',
        text="Hi",
        reason="length",
        options=JSON,
    ),
    Answer("the result is a text", '{"result": "Hi", "success": true}', text="Hi", options=JSON),
    Answer("an empty result", '{"result": {}, "success": true, "errors": [], "messages": []}', options=JSON),
    Answer("without an envelope", '{"response": "Hi"}', text="Hi", options=JSON),
    Answer(
        "an error in an envelope at status 200",
        '{"result":null,"success":false,"errors":[{"code":3040,"message":"AiError: Capacity temporarily exceeded,'
        ' please try again. (0f1e2d3c-aaaa-bbbb-cccc-0123456789ab)"}],"messages":[]}',
        error="capacity",
        says="Capacity temporarily exceeded, please try again.",
        options=JSON,
    ),
    Answer(
        "thoughts in tags, the opening one missing",
        '{"result":{"response":"Hm, so.\\n</think>\\n\\nHi"},"success":true}',
        text="Hi",
        reasoning="Hm, so.\n",
        options=JSON,
    ),
]

NATIVE_STREAMS = [
    Answer(
        "text with padding, then usage",
        frames(
            '{"response":"Hello","tool_calls":[],"p":"abdefghij"}',
            '{"response":" here","p":"abcdefgh"}',
            '{"tool_calls":[],"p":"abdefgh"}',
            '{"response":"","p":"heartbeat"}',
            '{"response":"","usage":{"prompt_tokens":10,"completion_tokens":2,"total_tokens":12}}',
        ),
        text="Hello here",
        usage=Usage(10, 2),
    ),
    Answer(
        "numbers as pieces", frames('{"response":"pi is "}', '{"response":3.10}', '{"response":4}'), text="pi is 3.104"
    ),
    Answer(
        "a whole call in one frame",
        frames(
            '{"tool_calls":[{"id":"call123","type":"function","index":0,"function":{"name":"get_weather",'
            '"arguments":"{\\"location\\": \\"Paris\\"}"}}]}',
            '{"finish_reason":"tool_calls"}',
        ),
        calls=(ToolCall("call123", "get_weather", PARIS),),
        reason="tool_calls",
    ),
    Answer(
        "a call in pieces, ended by nulls",
        frames(
            '{"tool_calls":[{"id":"call123","type":"function","index":0,"function":{"name":"get_weather"}}]}',
            '{"tool_calls":[{"index":0,"function":{"arguments":"{\\"location\\":"}}]}',
            '{"tool_calls":[{"index":0,"function":{"arguments":" \\"Paris\\"}"}}]}',
            '{"tool_calls":[{"index":0,"id":null,"type":null,"function":{"name":null,"arguments":null}}]}',
        ),
        calls=(ToolCall("call123", "get_weather", PARIS),),
        reason="tool_calls",
    ),
    Answer(
        "flat calls with arguments as objects",
        frames('{"tool_calls":[{"name":"a","arguments":{"x":1}},{"name":"a","arguments":{"x":1}}]}'),
        calls=(ToolCall("call00000", "a", '{"x":1}'), ToolCall("call00001", "a", '{"x":1}')),
        reason="tool_calls",
    ),
    Answer(
        "pieces in a list",
        frames(
            '{"streamed_data":[{"response":"He"},{"response":"y","usage":{"prompt_tokens":3,"completion_tokens":2}}]}'
        ),
        text="Hey",
        usage=Usage(3, 2),
    ),
    Answer(
        "OpenAI's shape with increments of usage, and the total in a native frame",
        frames(
            '{"choices":[{"delta":{"content":"","reasoning_content":null,"role":"assistant"},"finish_reason":null,'
            '"index":0,"logprobs":null,"matched_stop":null}],"object":"chat.completion.chunk","p":"pf8tbfo2",'
            '"usage":{"prompt_tokens":147,"completion_tokens":0,"total_tokens":147,'
            '"prompt_tokens_details":{"cached_tokens":0},"neurons":1.3363635540008545}}',
            '{"choices":[{"delta":{"content":"أ","reasoning_content":null},"finish_reason":null,"index":0}],'
            '"usage":{"prompt_tokens":0,"completion_tokens":1,"total_tokens":1,"neurons":0.027272727340459824}}',
            '{"choices":[{"delta":{"reasoning_content":null},"finish_reason":"stop","index":0,"matched_stop":106}],'
            '"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0,"neurons":0}}',
            '{"choices":[],"usage":{"prompt_tokens":0,"completion_tokens":1,"total_tokens":1,"neurons":0.0272727}}',
            '{"response":"","usage":{"prompt_tokens":147,"completion_tokens":16,"total_tokens":163,'
            '"prompt_tokens_details":{"cached_tokens":0},"neurons":1.7727271914482117}}',
            '{"choices":[],"usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}}',
        ),
        text="أ",
        usage=Usage(147, 16, 0, 1.7727271914482117),
    ),
    Answer(
        "thoughts in both fields, the id changing, a bare [DONE]",
        frames(
            '{"id":"a","choices":[{"delta":{"reasoning_content":"Hm","reasoning":"Hm"}}]}',
            '{"id":"b","choices":[{"delta":{"content":"Hi"}}]}',
            done=False,
        )
        + "[DONE]\n\n",
        text="Hi",
        reasoning="Hm",
    ),
    Answer(
        "chunks without index, role and finish reason",
        frames(
            '{"id":"id-1733737971956","object":"chat.completion.chunk","created":1733737971,'
            '"model":"@cf/meta/llama-3.1-8b-instruct-fast","choices":[{"delta":{"content":"**"}}]}'
        ),
        text="**",
    ),
    Answer(
        "cut off: no [DONE] and no finish reason",
        frames('{"response":"Hel"}', done=False),
        text="Hel",
        reason="unknown",
        truncated=True,
    ),
    Answer(
        "the last frame is cut",
        frames('{"response":"Hel"}', done=False) + 'data: {"response":"lo',
        text="Hel",
        reason="unknown",
        truncated=True,
    ),
    Answer(
        "the model's length is spent",
        frames('{"response":"Hel"}', '{"response":"","finish_reason":"model_length"}'),
        text="Hel",
        reason="length",
    ),
    Answer(
        "JSON for a streamed request",
        '{"result":{"response":"Hi"},"success":true}',
        text="Hi",
        options=JSON,
    ),
    Answer("a stream without a label", frames('{"response":"Hi"}'), text="Hi", options={"content_type": ""}),
    Answer("JSON labelled as text", '{"response":"Hi"}', text="Hi", options={"content_type": "text/plain"}),
    Answer("JSON labelled as a stream", '{"result":{"response":"Hi"},"success":true}', text="Hi"),
    Answer("a stream labelled as JSON", frames('{"response":"Hi"}'), text="Hi", options=JSON),
    Answer(
        "an emoji cut in two, each half escaped",
        frames('{"response":"a\\ud83d"}', '{"response":"\\ude00b"}'),
        text="a😀b",
    ),
]

_HI = '{"choices":[{"index":0,"delta":{"content":"Hi"}}]}'
_STOP = '{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}'

OPENAI_STREAMS = [
    Answer("OpenRouter's comments", ": OPENROUTER PROCESSING\n\n" * 30 + frames(_HI, _STOP), text="Hi"),
    Answer("pings of llama.cpp", ":\n\n" + frames(_HI, done=False) + ":\n\n" + frames(_STOP), text="Hi"),
    Answer(
        "OpenRouter: an error beside choices and usage",
        frames(
            _HI,
            '{"id":"gen","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}],'
            '"error":{"code":429,"message":"Provider returned error"},"usage":{"prompt_tokens":1,"completion_tokens":1}}',
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
    Answer("event: error in plain words", "event: error\ndata: overloaded\n\n", error="server", says="overloaded"),
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
    Answer("vLLM: the error is lost, only [DONE] comes", DONE),
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
    Answer("no [DONE] but a finish reason", frames(_HI, _STOP, done=False), text="Hi"),
    Answer("[DONE] without a blank line", frames(_HI, done=False) + "data: [DONE]", text="Hi"),
    Answer(
        "null content first",
        frames('{"choices":[{"index":0,"delta":{"role":"assistant","content":null}}]}', _HI, _STOP),
        text="Hi",
    ),
    Answer(
        "the role in every piece",
        frames(*('{"choices":[{"index":0,"delta":{"role":"assistant","content":"Hi"}}]}',) * 2, _STOP),
        text="HiHi",
    ),
    Answer(
        "Azure's filter first, usage last, both without choices",
        frames(
            '{"choices":[],"prompt_filter_results":[]}',
            _HI,
            _STOP,
            '{"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":1,"total_tokens":10}}',
        ),
        text="Hi",
        usage=Usage(9, 1),
    ),
    Answer(
        "no choices at all in the last piece",
        frames(_HI, _STOP, '{"usage":{"prompt_tokens":9,"completion_tokens":1}}'),
        text="Hi",
        usage=Usage(9, 1),
    ),
    Answer(
        "usage in the last piece, null before",
        frames(
            '{"choices":[{"index":0,"delta":{"content":"Hi"}}],"usage":null}',
            '{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":1,'
            '"prompt_cache_hit_tokens":4}}',
        ),
        text="Hi",
        usage=Usage(9, 1, 4),
    ),
    Answer(
        "Moonshot: usage in the choice",
        frames(
            _HI,
            '{"choices":[{"index":0,"delta":{},"finish_reason":"stop","usage":{"prompt_tokens":9,"completion_tokens":1}}]}',
        ),
        text="Hi",
        usage=Usage(9, 1),
    ),
    Answer(
        "Perplexity: running totals, messages beside the pieces, a tail",
        frames(
            '{"choices":[{"index":0,"delta":{"content":"H"},"message":{"content":"H"}}],'
            '"usage":{"prompt_tokens":9,"completion_tokens":1}}',
            '{"choices":[{"index":0,"delta":{"content":"i"},"message":{"content":"Hi"}}],'
            '"usage":{"prompt_tokens":9,"completion_tokens":2}}',
            '{"object":"chat.completion.done","choices":[{"index":0,"delta":{"content":""},"message":{"content":"Hi"},'
            '"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":2}}',
            done=False,
        ),
        text="Hi",
        usage=Usage(9, 2),
    ),
    Answer(
        "messages that grow instead of pieces",
        frames(
            '{"choices":[{"index":0,"message":{"content":"H"}}]}',
            '{"choices":[{"index":0,"message":{"content":"Hi"},"finish_reason":"stop"}]}',
        ),
        text="Hi",
    ),
    Answer(
        "Groq: usage of its own",
        frames(
            _HI,
            '{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"x_groq":{"id":"r","usage":{"prompt_tokens":9,'
            '"completion_tokens":1}}}',
        ),
        text="Hi",
        usage=Usage(9, 1),
    ),
    Answer(
        "Snowflake: no id, no finish reason",
        frames('{"id":"","created":0,"choices":[{"delta":{"content":"Hi"}}]}'),
        text="Hi",
    ),
    Answer(
        "Ollama: stop with calls, all with index 0",
        frames(
            '{"choices":[{"index":0,"delta":{"content":"","tool_calls":[{"id":"call_a","index":0,"type":"function",'
            '"function":{"name":"get_weather","arguments":"{\\"location\\": \\"Paris\\"}"}}]}}]}',
            '{"choices":[{"index":0,"delta":{"content":"","tool_calls":[{"id":"call_b","index":0,"type":"function",'
            '"function":{"name":"get_weather","arguments":{"location":"Oslo"}}}]}}]}',
            _STOP,
        ),
        calls=(ToolCall("call_a", "get_weather", PARIS), ToolCall("call_b", "get_weather", '{"location":"Oslo"}')),
        reason="tool_calls",
    ),
    Answer(
        "a new id with every piece",
        frames(
            '{"choices":[{"delta":{"tool_calls":[{"id":"a","index":0,"function":{"name":"get_weather","arguments":""}}]}}]}',
            '{"choices":[{"delta":{"tool_calls":[{"id":"b","index":0,"function":{"arguments":"{\\"location\\":"}}]}}]}',
            '{"choices":[{"delta":{"tool_calls":[{"id":"c","index":0,"function":{"name":"get_weather",'
            '"arguments":" \\"Paris\\"}"}}]}}]}',
        ),
        calls=(ToolCall("a", "get_weather", PARIS),),
        reason="tool_calls",
    ),
    Answer(
        "the function call of old",
        frames(
            '{"choices":[{"index":0,"delta":{"function_call":{"name":"now","arguments":""}}}]}',
            '{"choices":[{"index":0,"delta":{"function_call":{"arguments":"{}"}},"finish_reason":"function_call"}]}',
        ),
        calls=(ToolCall("call00000", "now", "{}"),),
        reason="tool_calls",
    ),
    Answer(
        "DeepSeek: reasoning_content",
        frames('{"choices":[{"index":0,"delta":{"content":null,"reasoning_content":"Hm"}}]}', _HI, _STOP),
        text="Hi",
        reasoning="Hm",
    ),
    Answer(
        "OpenRouter: reasoning and its details",
        frames(
            '{"choices":[{"index":0,"delta":{"content":"","reasoning":"Hm",'
            '"reasoning_details":[{"type":"reasoning.text","text":"Hm"}]}}]}',
            '{"choices":[{"index":0,"delta":{"reasoning_details":[{"type":"reasoning.summary","summary":"."},'
            '{"type":"reasoning.encrypted","data":"x"}]}}]}',
            _HI,
            _STOP,
        ),
        text="Hi",
        reasoning="Hm.",
    ),
    Answer(
        "Mistral: thoughts as parts of the content",
        frames(
            '{"choices":[{"index":0,"delta":{"content":[{"type":"thinking","thinking":[{"type":"text","text":"Hm"}]}]}}]}',
            '{"choices":[{"index":0,"delta":{"content":[{"type":"text","text":"Hi"}]}}]}',
            _STOP,
        ),
        text="Hi",
        reasoning="Hm",
    ),
    Answer(
        "thoughts in tags that are cut",
        frames(
            *(
                f'{{"choices":[{{"index":0,"delta":{{"content":"{piece}"}}}}]}}'
                for piece in ("<th", "ink>", "\\nH", "m</", "thi", "nk>\\n", "\\nHi")
            ),
            _STOP,
        ),
        text="Hi",
        reasoning="Hm",
    ),
    Answer(
        "n > 1: the first choice is the answer",
        frames(
            '{"choices":[{"index":1,"delta":{"content":"No"}}]}',
            '{"choices":[{"index":1,"delta":{"content":"pe"}},{"index":0,"delta":{"content":"Hi"}}]}',
            '{"choices":[{"index":1,"delta":{},"finish_reason":"length"}]}',
            _STOP,
        ),
        text="Hi",
    ),
    Answer(
        "AI Search: an event with an array first",
        'event: chunks\ndata: [{"id":"1","text":"found"}]\n\n' + frames(_HI, _STOP),
        text="Hi",
    ),
    Answer(
        "no space after data:, CRLF", frames(_HI, _STOP).replace("data: ", "data:").replace("\n", "\r\n"), text="Hi"
    ),
    Answer("a BOM first", "\ufeff" + frames(_HI, _STOP), text="Hi"),
    Answer(
        "ids, retries, unknown fields, data over several lines",
        'id: 1\nretry: 10\nfoo: bar\ndata: {"choices":\ndata: [{"index":0,"delta":{"content":"Hi"}}]}\n\n'
        + frames(_STOP),
        text="Hi",
    ),
    Answer("U+2028 in the text", frames('{"choices":[{"delta":{"content":"a\u2028b"}}]}'), text="a\u2028b"),
    Answer(
        "whole JSON for a streamed request",
        '{"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":"Hi","refusal":null},'
        '"finish_reason":"stop","stop_reason":null}],"usage":{"prompt_tokens":9,"completion_tokens":1}}',
        text="Hi",
        usage=Usage(9, 1),
        options=JSON,
    ),
    Answer(
        "a malformed frame among good ones",
        frames(_HI, '{"choices":[{"delta":{"con', _STOP),
        text="Hi",
        error="protocol",
        says='{"choices":[{"delta":{"con',
    ),
    Answer(
        "content that was filtered",
        frames(_HI, _STOP.replace('"stop"', '"content_filter"')),
        text="Hi",
        reason="content_filter",
    ),
    Answer("a reason nobody knows", frames(_HI, _STOP.replace('"stop"', '"abort"')), text="Hi", reason="unknown"),
    Answer(
        "a web page",
        "<html><head><title>Sign in</title></head></html>",
        error="protocol",
        says='"Sign in"',
        options={"content_type": "text/html"},
    ),
    Answer("a refusal", frames('{"choices":[{"delta":{"refusal":"I cannot."}}]}', _STOP), text="I cannot."),
]

RESPONSES_STREAMS = [
    Answer(
        "typed events",
        "".join(
            f'event: {name}\ndata: {{"type":"{name}",{rest}}}\n\n'
            for name, rest in (
                ("response.created", '"response":{"status":"in_progress","output":[]}'),
                ("response.reasoning_text.delta", '"delta":"Hm"'),
                ("response.output_text.delta", '"delta":"H"'),
                ("response.output_text.delta", '"delta":"i"'),
                ("response.output_text.done", '"text":"Hi"'),
                (
                    "response.output_item.added",
                    '"output_index":1,"item":{"type":"function_call","call_id":"c1","name":"now","arguments":""}',
                ),
                ("response.function_call_arguments.delta", '"output_index":1,"delta":"{}"'),
                (
                    "response.output_item.done",
                    '"output_index":1,"item":{"type":"function_call","call_id":"c1","name":"now","arguments":"{}"}',
                ),
                (
                    "response.completed",
                    '"response":{"status":"completed","output":[{"type":"message","content":[{"type":"output_text",'
                    '"text":"Hi"}]}],"usage":{"input_tokens":5,"output_tokens":2}}',
                ),
            )
        ),
        text="Hi",
        reasoning="Hm",
        calls=(ToolCall("c1", "now", "{}"),),
        reason="tool_calls",
        usage=Usage(5, 2),
    ),
    Answer(
        "only the end",
        'data: {"type":"response.completed","response":{"output":[{"type":"message","content":[{"type":"output_text",'
        '"text":"Hi"}]}]}}\n\n',
        text="Hi",
    ),
    Answer(
        "cut at its length",
        frames(
            '{"type":"response.output_text.delta","delta":"Hi"}',
            '{"type":"response.incomplete","response":{"incomplete_details":{"reason":"max_output_tokens"}}}',
            done=False,
        ),
        text="Hi",
        reason="length",
    ),
    Answer(
        "a failure",
        frames(
            '{"type":"response.output_text.delta","delta":"Hi"}',
            '{"type":"response.failed","response":{"error":{"code":"server_error","message":"It broke."}}}',
            done=False,
        ),
        text="Hi",
        error="server",
        says="It broke.",
    ),
    Answer(
        "an error event",
        frames('{"type":"error","code":"rate_limit_exceeded","message":"Slow down."}', done=False),
        error="rate_limited",
        says="Slow down.",
    ),
]
