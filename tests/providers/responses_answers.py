"""Answers in the typed events of OpenAI's Responses API."""

from playground.messages import ToolCall
from playground.metering import Usage
from tests.providers.answers import JSON, Answer, frames

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
    Answer(
        "a custom tool, typed events",
        frames(
            '{"type":"response.output_item.added","output_index":0,"item":{"type":"custom_tool_call","call_id":"c1",'
            '"name":"run_sql","input":""}}',
            '{"type":"response.custom_tool_call_input.delta","output_index":0,"delta":"select"}',
            '{"type":"response.custom_tool_call_input.delta","output_index":0,"delta":" 1"}',
            '{"type":"response.custom_tool_call_input.done","output_index":0,"input":"select 1"}',
            '{"type":"response.output_item.done","output_index":0,"item":{"type":"custom_tool_call","call_id":"c1",'
            '"name":"run_sql","input":"select 1"}}',
            '{"type":"response.completed","response":{"status":"completed","output":[],'
            '"usage":{"input_tokens":5,"output_tokens":2}}}',
        ),
        calls=(ToolCall("c1", "run_sql", "select 1", "custom"),),
        reason="tool_calls",
        usage=Usage(5, 2),
    ),
    Answer(
        "a custom tool, as a whole",
        '{"status":"completed","output":[{"type":"custom_tool_call","call_id":"c1","name":"run_sql",'
        '"input":"select 1"}],'
        '"usage":{"input_tokens":5,"output_tokens":2}}',
        calls=(ToolCall("c1", "run_sql", "select 1", "custom"),),
        reason="tool_calls",
        usage=Usage(5, 2),
        options=JSON,
    ),
]
