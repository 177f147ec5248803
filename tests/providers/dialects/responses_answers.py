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
    Answer(
        "a summary of two parts and a second thought",
        frames(
            '{"type":"response.reasoning_summary_part.added","output_index":0,"summary_index":0,"part":{}}',
            '{"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":0,"item_id":"a",'
            '"delta":"**Look"}',
            '{"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":0,"item_id":"b",'
            '"delta":" it up**"}',
            '{"type":"response.reasoning_summary_text.done","output_index":0,"summary_index":0,'
            '"text":"**Look it up**"}',
            '{"type":"response.reasoning_summary_text.delta","output_index":0,"summary_index":1,"delta":"**Answer**"}',
            '{"type":"response.reasoning_summary_text.delta","output_index":2,"summary_index":0,"delta":"So."}',
            '{"type":"response.output_text.delta","output_index":3,"content_index":0,"delta":"High "}',
            '{"type":"response.output_text.delta","output_index":3,"content_index":1,"delta":"water"}',
            '{"type":"response.completed","response":{"status":"completed","output":[]}}',
            done=False,
        ),
        text="High water",
        reasoning="**Look it up**\n\n**Answer**\n\nSo.",
    ),
    Answer(
        "a summary of two parts, two messages, as a whole",
        '{"status":"completed","output":[{"type":"reasoning","summary":[{"type":"summary_text","text":"**Look**"},'
        '{"type":"summary_text","text":"**Answer**"}]},{"type":"message","content":[{"type":"output_text",'
        '"text":"I look"},{"type":"output_text","text":" it up."}]},{"type":"web_search_call","action":{}},'
        '{"type":"mcp_call","name":"tide","arguments":"{}","output":"12"},{"type":"message","content":'
        '[{"type":"output_text","text":"High water."}]}]}',
        text="I look it up.\n\nHigh water.",
        reasoning="**Look**\n\n**Answer**",
        options=JSON,
    ),
    Answer(
        "two messages in pieces, a search between them",
        frames(
            '{"type":"response.output_text.delta","output_index":0,"delta":"I look it up."}',
            '{"type":"response.output_item.done","output_index":0,"item":{"type":"message","content":'
            '[{"type":"output_text","text":"I look it up."}]}}',
            '{"type":"response.output_item.added","output_index":1,"item":{"type":"web_search_call"}}',
            '{"type":"response.web_search_call.completed","output_index":1}',
            '{"type":"response.output_text.delta","output_index":2,"delta":"High water."}',
            '{"type":"response.completed","response":{"status":"completed"}}',
            done=False,
        ),
        text="I look it up.\n\nHigh water.",
    ),
    Answer(
        "parts and items that are said at their end only, and not again at the end of all",
        frames(
            '{"type":"response.reasoning_summary_text.done","output_index":0,"summary_index":0,"text":"Hm"}',
            '{"type":"response.output_item.done","output_index":0,"item":{"type":"reasoning","summary":'
            '[{"type":"summary_text","text":"Hm"}]}}',
            '{"type":"response.output_text.done","output_index":1,"text":"I look it up."}',
            '{"type":"response.output_item.done","output_index":1,"item":{"type":"message","content":'
            '[{"type":"output_text","text":"I look it up."}]}}',
            '{"type":"response.output_item.done","output_index":2,"item":{"type":"message","content":'
            '[{"type":"output_text","text":"High water."}]}}',
            '{"type":"response.completed","response":{"status":"completed","output":[{"type":"reasoning","summary":'
            '[{"text":"Hm"}]},{"type":"message","content":[{"text":"I look it up."}]},{"type":"message","content":'
            '[{"text":"High water."}]}]}}',
            done=False,
        ),
        text="I look it up.\n\nHigh water.",
        reasoning="Hm",
    ),
    Answer(
        "an item without words, then its words at the end of all",
        frames(
            '{"type":"response.output_item.done","output_index":0,"item":{"type":"message","content":[]}}',
            '{"type":"response.completed","response":{"output":[{"type":"message","content":[{"text":"Hi"}]}]}}',
            done=False,
        ),
        text="Hi",
    ),
    Answer(
        "a refusal, in pieces and once more",
        frames(
            '{"type":"response.refusal.delta","output_index":0,"delta":"I may "}',
            '{"type":"response.refusal.delta","output_index":0,"delta":"not."}',
            '{"type":"response.refusal.done","output_index":0,"refusal":"I may not."}',
            '{"type":"response.completed","response":{"status":"completed","output":[{"type":"message","content":'
            '[{"type":"refusal","refusal":"I may not."}]}]}}',
            done=False,
        ),
        text="I may not.",
    ),
    Answer(
        "cancelled",
        '{"status":"cancelled","output":[{"type":"message","content":[{"type":"output_text","text":"Hi"}]}]}',
        text="Hi",
        error="server",
        options=JSON,
    ),
    Answer(
        "still at work",
        '{"status":"in_progress","output":[{"type":"message","content":[{"type":"output_text","text":"Hi"}]}]}',
        text="Hi",
        reason="unknown",
        options=JSON,
    ),
]
