import json
from typing import Any

import pytest

from playground.conversation.formats import EXAMPLE_SCHEMA, EXAMPLE_TOOLS
from playground.conversation.setup import Setup
from playground.models.catalog import shipped as catalog
from playground.presets import Preset, PresetError

LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
SETUP = Setup(
    LLAMA,
    "Be brief.",
    {"temperature": 0.2, "max_tokens": 50},
    EXAMPLE_TOOLS,
    {"type": "json_schema", "json_schema": EXAMPLE_SCHEMA},
    reject_if_busy=True,
)


def test_a_setup_comes_back_out_of_a_preset() -> None:
    assert Preset.of(SETUP, "Mine").setup() == SETUP
    raw = Setup("m", form="prompt", raw=True)
    assert Preset.of(raw, "Raw").setup() == raw


def test_overwriting_with_a_setup_keeps_name_and_prompt() -> None:
    old = Preset(name="Mine", description="d", model="m", prompt="{{a}}", variables={"a": "A"}, raw=True, form="prompt")
    new = old.with_setup(SETUP)
    assert new.setup() == SETUP
    assert (new.name, new.description, new.prompt, new.variables) == ("Mine", "d", "{{a}}", {"a": "A"})


def test_what_is_set_is_said_in_one_order() -> None:
    preset = Preset(name="x", parameters={"b": 1, "a": 2}, prompt="{{z}} {{y}}", variables={"y": "Y", "z": "Z"})
    assert json.dumps(preset.as_json) == json.dumps(
        {"name": "x", "parameters": {"a": 2, "b": 1}, "prompt": "{{z}} {{y}}", "variables": {"z": "Z", "y": "Y"}}
    )
    assert preset.settings_labels == ("a 2", "b 1", "prompt {{z}} {{y}}")
    assert Preset.of(SETUP, "x").settings_labels == (
        "system prompt",
        "max_tokens 50",
        "temperature 0.2",
        "1 tool",
        "JSON schema",
        "reject if busy",
    )


def test_tools_and_schemas_are_read_as_people_write_them() -> None:
    flat = Preset.read({"name": "x", "tools": [EXAMPLE_TOOLS[0]["function"]]})
    assert flat.tools == EXAMPLE_TOOLS
    enveloped = {"type": "json_schema", "json_schema": {"name": "n", "schema": EXAMPLE_SCHEMA}}
    assert Preset.read({"name": "x", "response_format": enveloped}).response_format == {
        "type": "json_schema",
        "json_schema": EXAMPLE_SCHEMA,
    }
    assert Preset.read({"name": "x", "response_format": {"type": "text"}}).response_format is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "a preset is an object"),
        ({}, "name is missing"),
        ({"name": " \t"}, "name: a preset needs a name"),
        ({"name": "n" * 121}, "name: at most 120 characters"),
        ({"name": "a\x00b"}, "name: only signs that can be seen"),
        (
            {"name": "x", "api_token": "s", "account_id": "i"},
            "a preset has no 'api_token'; a preset has no 'account_id'",
        ),
        ({"name": "x", "parameters": {"a": float("inf")}}, "numbers must be finite"),
        ({"name": "x", "parameters": {"a": object()}}, "parameters: input was not a valid json value"),
        ({"name": "x", "tools": [{"a": 1}]}, "tools: Tool 1 has no name"),
        ({"name": "x", "tools": [{"name": "t", "code": "1"}]}, "tools: Tool 1 holds code"),
        ({"name": "x", "response_format": {"type": "xml"}}, "response_format: either"),
        (
            {"name": "x", "response_format": {"type": "json_schema", "json_schema": {"type": "strin"}}},
            "is no JSON Schema",
        ),
        ({"name": "x", "raw": True}, 'raw: needs the form "prompt"'),
        ({"name": "x", "form": "song"}, "form: input should be"),
        ({"name": "x", "prompt": "{{"}, "prompt: Line 1:"),
        ({"name": "x", "prompt": "{{a}}", "variables": {"b": "B"}}, "variables: the prompt has no {{b}}"),
        ({"name": "x", "prompt": "y" * 1_000_001}, "bytes; at most 1,000,000"),
    ],
)
def test_what_is_wrong_is_named(given: Any, said: str) -> None:
    with pytest.raises(PresetError) as raised:
        Preset.read(given)
    assert said in raised.value.message


def test_nesting_without_end_is_refused() -> None:
    nested: list[Any] = []
    for _ in range(300):
        nested = [nested]
    with pytest.raises(PresetError, match="nested too deeply"):
        Preset.read({"name": "x", "parameters": {"a": nested}})


def test_a_model_that_lacks_something_gets_the_rest_with_notes() -> None:
    setup, notes = Preset.of(SETUP, "x").renamed("y").fitted("", catalog().get)
    assert (setup, notes) == (SETUP, ())
    preset = Preset(name="x", model="@cf/qwen/qwq-32b", tools=EXAMPLE_TOOLS, parameters={"temperature": 9, "zeal": 1})
    setup, notes = preset.fitted(LLAMA, catalog().get)
    assert (setup.model, setup.tools, setup.parameters) == ("@cf/qwen/qwq-32b", (), {"temperature": 5})
    assert [note.split(",")[0].split(" ")[0] for note in notes] == ["tools", "temperature", "zeal"]


def test_a_model_that_nobody_knows_stays_the_one_that_is_named() -> None:
    preset = Preset(name="x", model="@cf/gone", system_prompt="s", parameters={"temperature": 9})
    assert preset.fitted(LLAMA, catalog().get) == (Setup("@cf/gone", "s", {"temperature": 9}), ())
    setup, notes = Preset(name="x", system_prompt="s").fitted(LLAMA, catalog().get)
    assert (setup.model, notes) == (LLAMA, ())
    assert Preset(name="x").fitted("@cf/gone", catalog().get) == (Setup("@cf/gone"), ())


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("system_prompt", "My key is s3cr3t-token!"),
        ("parameters", {"user": ["s3cr3t-token"]}),
        ("tools", [{"name": "t", "description": "Bearer s3cr3t-token"}]),
        ("description", ["line", "s3cr3t-token"]),
    ],
)
def test_a_secret_is_found_wherever_it_is(field: str, value: Any) -> None:
    preset = Preset.read({"name": "x", field: value})
    assert preset.holding(["other-token", "s3cr3t-token"]) == field
    assert preset.holding(["other-token", ""]) is None


def test_search_looks_for_all_words_in_everything() -> None:
    preset = Preset.of(SETUP, "Short Answers", prompt="On {{topic}}")
    assert all(
        preset.mentions(words) for words in ("", "short BRIEF", "llama-3.3", "topic", "temperature", "schema tool")
    )
    assert not preset.mentions("short long")


INTERPRETER = Preset(
    name="x",
    system_prompt="You answer in {{language}}.",
    prompt="Say {{text}} in {{language}}.",
    variables={"language": "French"},
)


def test_a_system_prompt_has_variables_too() -> None:
    assert INTERPRETER.variable_names == ("language", "text")
    assert INTERPRETER.system_variables == ("language",)
    assert INTERPRETER.settings_labels == ("system prompt {{language}}", "prompt {{text}} {{language}}")
    assert INTERPRETER.unfilled({"language": "Thai", "text": " "}) == ("text",)
    assert INTERPRETER.instructions({"language": "{{text}}"}) == "You answer in {{text}}."
    assert INTERPRETER.instructions({}) == "You answer in {{language}}."
    assert Preset(name="x", system_prompt=r"\{{a}} {{a}}").instructions({"a": "b"}) == "{{a}} b"


@pytest.mark.parametrize("text", ["{{", "{% if x %}{{ x.y }} {{", r"\{{ and {{1}}"])
def test_a_system_prompt_that_is_no_template_is_what_it_is(text: str) -> None:
    preset = Preset.of(Setup("m", text), "x")
    assert preset.variable_names == ()
    assert preset.instructions({}) == preset.setup().system_prompt == text


def test_overwriting_with_a_filled_system_prompt_keeps_its_variables() -> None:
    filled = Setup("m", "You answer in Thai.")
    values = {"language": "Thai"}
    assert INTERPRETER.with_setup(filled, values).system_prompt == INTERPRETER.system_prompt
    other = INTERPRETER.with_setup(Setup("m", "You answer."), values)
    assert (other.system_prompt, other.variables) == ("You answer.", {"language": "French"})
    alone = INTERPRETER.model_copy(update={"prompt": ""})
    assert alone.with_setup(Setup("m", "You answer.")).variables == {}
