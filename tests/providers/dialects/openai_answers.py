"""Answers of servers that speak OpenAI's chat completions, each in its own way."""

from playground.messages import ToolCall
from playground.metering import Usage
from tests.providers.answers import JSON, PARIS, Answer, frames

_HI = '{"choices":[{"index":0,"delta":{"content":"Hi"}}]}'
_STOP = '{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}'

OPENAI_STREAMS = [
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
    Answer("an index that is text", frames('{"choices":[{"index":"0","delta":{"content":"Hi"}}]}'), text="Hi"),
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
    Answer("a reason nobody knows", frames(_HI, _STOP.replace('"stop"', '"tuesday"')), text="Hi", reason="unknown"),
    Answer(
        "a web page",
        "<html><head><title>Sign in</title></head></html>",
        error="protocol",
        says='"Sign in"',
        options={"content_type": "text/html"},
    ),
    Answer("a refusal", frames('{"choices":[{"delta":{"refusal":"I cannot."}}]}', _STOP), text="I cannot."),
    Answer(
        "a custom tool, its input in pieces",
        frames(
            '{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c1","type":"custom",'
            '"custom":{"name":"run_sql","input":""}}]}}]}',
            '{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"custom":{"input":"select"}}]}}]}',
            '{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"custom":{"input":" 1"}}]}}]}',
            '{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}',
        ),
        calls=(ToolCall("c1", "run_sql", "select 1", "custom"),),
        reason="tool_calls",
    ),
    Answer(
        "an empty object before the arguments",
        frames(
            '{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"tide","arguments":"{}"}}]}}]}',
            '{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\\"n\\""}}]}}]}',
            '{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":":12}"}}]}}]}',
            '{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}',
        ),
        calls=(ToolCall("a", "tide", '{"n":12}'),),
        reason="tool_calls",
    ),
    Answer(
        "Copilot: each call a choice of its own",
        '{"choices":[{"finish_reason":"tool_calls","message":{"role":"assistant","content":"I look it up."}},'
        '{"finish_reason":"tool_calls","message":{"role":"assistant","tool_calls":[{"id":"a","type":"function",'
        '"function":{"name":"tide","arguments":"{\\"n\\":1}"}}]}},{"finish_reason":"tool_calls","message":'
        '{"role":"assistant","tool_calls":[{"id":"b","type":"function","function":{"name":"now","arguments":"{}"}}]}}]}',
        text="I look it up.",
        calls=(ToolCall("a", "tide", '{"n":1}'), ToolCall("b", "now", "{}")),
        reason="tool_calls",
        options=JSON,
    ),
    Answer(
        "a call in the whole message at the end alone",
        frames(
            _HI,
            '{"choices":[{"index":0,"message":{"role":"assistant","content":"Hi","tool_calls":[{"id":"a","function":'
            '{"name":"now","arguments":"{}"}}]},"finish_reason":"tool_calls"}]}',
        ),
        text="Hi",
        calls=(ToolCall("a", "now", "{}"),),
        reason="tool_calls",
    ),
]
