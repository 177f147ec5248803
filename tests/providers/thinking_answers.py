"""Answers whose thoughts come in the text, or in fields of many names."""

from playground.messages import ToolCall
from playground.metering import Usage
from tests.providers.answers import JSON, Answer, frames


def said(*contents: str, reason: str = "stop") -> str:
    """A stream of OpenAI's shape."""
    chunks = [f'{{"choices":[{{"delta":{{"content":"{content}"}}}}]}}' for content in contents]
    return frames(*chunks, f'{{"choices":[{{"delta":{{}},"finish_reason":"{reason}"}}]}}')


def field(name: str, value: str) -> str:
    return frames(
        f'{{"choices":[{{"delta":{{"{name}":{value}}}}}]}}',
        '{"choices":[{"delta":{"content":"Twelve"},"finish_reason":"stop"}]}',
    )


CALL = '{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"c1","function":{"name":"tide","arguments":"{}"}}]}}]}'

THINKING_ANSWERS = [
    Answer("tags of Seed-OSS", said("<seed:think>count</seed", ":think>Twelve"), text="Twelve", reasoning="count"),
    Answer("tags of Magistral", said("[THINK]count[/THINK]\\n", "Twelve"), text="Twelve", reasoning="count"),
    Answer("tags of gpt-oss on Bedrock", said("<reasoning>count</reasoning>Twelve"), text="Twelve", reasoning="count"),
    Answer(
        "closed without having been opened", said("count\\n", "</think>\\n\\n", "Two"), text="Two", reasoning="count\n"
    ),
    Answer(
        "a tag that is spoken of",
        said("A thought ends with ", "</think>", " there."),
        text="A thought ends with </think> there.",
    ),
    Answer("taken for thought", said("High ", "water"), text="High water", options={"model": "qwq-32b"}),
    Answer(
        "taken for thought and cut",
        said("High ", "water", reason="length"),
        text="High water",
        reason="length",
        options={"model": "qwen3-30b-a3b-thinking-2507"},
    ),
    Answer(
        "taken for thought before a call",
        frames(
            '{"choices":[{"delta":{"content":"I look it up."}}]}', CALL, '{"choices":[{"finish_reason":"tool_calls"}]}'
        ),
        text="I look it up.",
        calls=(ToolCall("c1", "tide", "{}"),),
        reason="tool_calls",
        options={"model": "deepseek-r1"},
    ),
    Answer(
        "taken for thought and broken off",
        frames('{"response":"High "}', '{"response":"water"}', done=False),
        text="High water",
        reason="unknown",
        truncated=True,
        options={"model": "qwq-32b"},
    ),
    Answer("reasoning_text", field("reasoning_text", '"count"'), text="Twelve", reasoning="count"),
    Answer(
        "thinking_blocks",
        field("thinking_blocks", '[{"type":"thinking","thinking":"count","signature":"x"}]'),
        text="Twelve",
        reasoning="count",
    ),
    Answer(
        "a closing tag of the answer where thoughts have a field",
        frames(
            '{"choices":[{"delta":{"reasoning_content":"count"}}]}',
            '{"choices":[{"delta":{"content":"So:\\n</think>\\nTwelve"},"finish_reason":"stop"}]}',
        ),
        text="So:\n</think>\nTwelve",
        reasoning="count",
    ),
    Answer(
        "a whole answer that nothing opened",
        '{"result":{"response":"count\\n</think>\\n\\nTwelve","usage":{"prompt_tokens":3,"completion_tokens":4}}}',
        text="Twelve",
        reasoning="count\n",
        usage=Usage(3, 4),
        options=JSON,
    ),
    Answer(
        "Responses with thoughts alone that used up the answer",
        frames(
            '{"type":"response.reasoning_text.delta","delta":"count"}',
            '{"type":"response.incomplete","response":{"status":"incomplete",'
            '"incomplete_details":{"reason":"max_output_tokens"},"output":[{"type":"reasoning","summary":[],'
            '"content":[{"type":"reasoning_text","text":"count"}]}],"usage":{"input_tokens":9,"output_tokens":64}}}',
        ),
        reasoning="count",
        reason="length",
        usage=Usage(9, 64),
    ),
    Answer(
        "Responses with thoughts and their summary",
        frames(
            '{"type":"response.reasoning_summary_text.delta","delta":"count"}',
            '{"type":"response.reasoning_text.delta","delta":"count the buoys"}',
            '{"type":"response.output_text.delta","delta":"Twelve"}',
            '{"type":"response.completed","response":{"status":"completed","usage":{"input_tokens":9,"output_tokens":5}}}',
        ),
        text="Twelve",
        reasoning="count",
        usage=Usage(9, 5),
    ),
]
