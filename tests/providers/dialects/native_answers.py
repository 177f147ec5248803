"""Answers of Workers AI's native endpoint, whole and streamed, in either shape and in a mixture of both."""

from playground.messages import ToolCall
from playground.metering import Usage
from tests.providers.answers import JSON, PARIS, Answer, frames

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
