"""Presets without a browser: the library, the editor, and presets on the chat page."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from components.frame.process import chat
from components.presets.actions import preset_library
from playground.conversation.format_examples import SCHEMAS, TOOLS
from playground.conversation.setup import Setup
from playground.messages import Message
from playground.presets import LibraryPreset, Preset, pack, read_preset, shipped_presets, write_preset
from tests.browser.waiting import until
from tests.pages.conftest import OpenPage, alone, shown
from tests.pages.talk import composer, roles
from tests.pages.test_chat import at
from tests.store.chats import kept_chats
from tests.upstream import TOKEN, Upstream

PAGE = "pages/presets.py"
LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"
LOCAL = "local/smollm2-135m-instruct"


@pytest.fixture
def translate() -> LibraryPreset:
    """A preset of one's own with two variables, one of which begins with nothing."""
    return preset_library().add(
        Preset(
            name="Translate",
            model=LLAMA,
            system_prompt="You translate.",
            parameters={"temperature": 0.5, "max_tokens": 40},
            prompt="To {{language}}: {{text}} upstream: echo=1",
            variables={"language": "French"},
        )
    )


def own() -> list[Preset]:
    return [kept.preset for kept in preset_library().presets() if kept.own]


def press(page: AppTest, key: str) -> AppTest:
    page = page.button(key=key).click().run()
    assert not page.exception
    return page


def opened(page: AppTest) -> AppTest:
    """With the presets of the chat page open."""
    page.session_state["presets"] = True
    return page.run()


def test_the_library_lists_the_examples_and_finds_them(open_page: OpenPage) -> None:
    page = open_page(PAGE)
    assert not page.exception
    words = shown(page)
    assert all(kept.preset.name in words for kept in shipped_presets())
    assert "None of your own yet." in words
    page.text_input(key="preset_search").input("umbrella TOOL").run()
    assert "Weather by tool" in shown(page)
    assert "Three sentences" not in shown(page)
    page.text_input(key="preset_search").input("no such words").run()
    assert "Nothing was found." in shown(page)


def test_a_preset_by_its_address_sets_the_chat_and_asks_for_what_is_missing(
    cloudflare: Upstream, translate: LibraryPreset
) -> None:
    page = at(preset=translate.id)
    assert not page.exception
    assert page.selectbox(key="model").value == LLAMA
    assert page.text_area(key="system_prompt").value == "You translate."
    assert page.slider(key="parameters-temperature").value == 0.5
    assert "Still missing: text" in shown(page)
    assert kept_chats(chat().store) == {}

    page = press(page, "preset_send")
    assert "Nothing was sent. Fill in text." in shown(page)
    assert cloudflare.requests == []

    page.text_area(key=f"preset-{translate.id}-text").input("the {{sea}}").run()
    assert "To French: the {{sea}}" in shown(page)
    assert "tokens" in next(caption.value for caption in page.caption if "As it is sent" in caption.value)
    page = press(page, "preset_send")

    assert roles(page) == ["user", "assistant"]
    assert cloudflare.requests[0].json == {
        "messages": [
            {"role": "system", "content": "You translate."},
            {"role": "user", "content": "To French: the {{sea}} upstream: echo=1"},
        ],
        "temperature": 0.5,
        "max_tokens": 40,
        "stream": True,
    }
    assert preset_library().values(translate) == {"language": "French", "text": "the {{sea}}"}
    again = at(preset=translate.id)
    assert again.text_area(key=f"preset-{translate.id}-text").value == "the {{sea}}"


def test_variables_of_a_system_prompt_are_filled_in_with_the_others(cloudflare: Upstream) -> None:
    kept = preset_library().add(
        Preset(
            name="Guide", model=LLAMA, system_prompt="Speak {{language}}.", prompt="Show {{place}} upstream: tokens=1"
        )
    )
    page = at(preset=kept.id)
    assert page.text_area(key="system_prompt").value == "Speak {{language}}."
    assert "Still missing: language, place" in shown(page)
    page.text_area(key=f"preset-{kept.id}-place").input("Rome").run()
    page = press(page, "preset_send")
    assert "Nothing was sent. Fill in language." in shown(page)
    assert cloudflare.requests == []
    page.text_area(key=f"preset-{kept.id}-language").input("Thai").run()
    page = press(page, "preset_send")
    assert roles(page) == ["user", "assistant"]
    assert cloudflare.requests[0].json["messages"] == [
        {"role": "system", "content": "Speak Thai."},
        {"role": "user", "content": "Show Rome upstream: tokens=1"},
    ]
    assert page.text_area(key="system_prompt").value == "Speak Thai."
    assert at(preset=kept.id).text_area(key="system_prompt").value == "Speak Thai."

    page = opened(page)
    page = press(page, "preset_overwrite")
    assert own()[0].system_prompt == "Speak {{language}}."


def test_a_preset_that_is_sent_while_an_answer_comes_is_put_into_the_message_box(
    cloudflare: Upstream, translate: LibraryPreset
) -> None:
    page = at(preset=translate.id)
    page.text_area(key=f"preset-{translate.id}-text").input("sea").run()
    here = page.session_state["session"]
    reply = chat().send(here.keep(), Message("user", "A story upstream: tokens=2 hang=1"), here.setup)

    page = press(page, "preset_send")

    assert composer(page)["offer"]["text"].startswith("To French: sea")
    assert not reply.ended.is_set()
    until(lambda: cloudflare.requests)  # or a slow machine would stop it before it was sent
    reply.stop()
    assert reply.ended.wait(10)
    assert len(cloudflare.requests) == 1


def test_a_system_prompt_alone_is_filled_in_and_nothing_is_sent(cloudflare: Upstream) -> None:
    kept = preset_library().add(Preset(name="Guide", model=LLAMA, system_prompt="Speak {{language}}."))
    page = at(preset=kept.id)
    page = press(page, "preset_send")
    assert "Nothing was set. Fill in language." in shown(page)
    page.text_area(key=f"preset-{kept.id}-language").input("Thai").run()
    assert "Speak Thai." in shown(page)
    page = press(page, "preset_send")
    assert page.text_area(key="system_prompt").value == "Speak Thai."
    assert roles(page) == []
    assert cloudflare.requests == []


def test_a_conversation_keeps_its_settings_and_offers_the_prompt(
    cloudflare: Upstream, translate: LibraryPreset
) -> None:
    page = at(preset=translate.id)
    page.text_area(key="system_prompt").input("Otherwise.").run()
    address = {name: str(page.query_params[name]) for name in ("c", "model", "preset")}
    assert address["preset"] == translate.id

    again = at(**address)

    assert again.text_area(key="system_prompt").value == "Otherwise."
    assert again.text_area(key=f"preset-{translate.id}-language").value == "French"
    again = press(again, "preset_close")
    assert "preset" not in again.query_params
    assert not [area for area in again.text_area if str(area.key).startswith("preset-")]


def test_an_address_without_a_preset_says_so(open_page: OpenPage) -> None:
    page = at(preset="nobody's")
    assert "There is no preset at this address." in shown(page)
    assert "preset" not in page.query_params


def test_a_model_that_lacks_something_says_what_was_left_out() -> None:
    page = opened(at(model=LOCAL))
    page.selectbox(key="preset_choice").set_value("weather-tool").run()
    page = press(page, "preset_use_here")
    assert page.selectbox(key="model").value == LOCAL
    assert "tools dropped, SmolLM2 135M Instruct does not take them" in shown(page)
    assert page.slider(key="parameters-temperature").value == 0.2
    page = opened(page)
    page = press(page, "preset_use")
    assert page.selectbox(key="model").value == LLAMA


def test_what_a_chat_is_set_to_is_saved_used_overwritten_renamed_and_deleted() -> None:
    page = at(model=LOCAL)
    page.text_area(key="system_prompt").input("Be brief.").run()
    page.slider(key="parameters-temperature").set_value(0.5).run()
    page = opened(page)
    page.text_input(key="preset_new_name").input("Mine").run()
    page = press(page, "preset_save")
    assert own() == [Preset.of(Setup(LOCAL, "Be brief.", {"temperature": 0.5}), "Mine")]
    assert page.text_input(key="preset_new_name").value == ""

    page.text_area(key="system_prompt").input("Be long.").run()
    page = press(page, "preset_use")
    assert page.text_area(key="system_prompt").value == "Be brief."

    page.text_area(key="system_prompt").input("Be long.").run()
    page = press(opened(page), "preset_overwrite")
    assert own()[0].system_prompt == "Be long."
    page = press(page, "preset_undo")
    assert own()[0].system_prompt == "Be brief."

    kept = next(kept for kept in preset_library().presets() if kept.own)
    page.text_input(key=f"preset_name-{kept.id}").input("Three sentences").run()
    assert "There is another preset called Three sentences." in shown(page)
    page.text_input(key=f"preset_name-{kept.id}").input("Ours").run()
    assert [preset.name for preset in own()] == ["Ours"]

    page = press(page, "preset_delete")
    assert own() == []
    page = press(page, "preset_undo")
    assert [preset.name for preset in own()] == ["Ours"]


def test_a_preset_without_a_name_or_with_a_key_is_not_saved(cloudflare: Upstream) -> None:
    page = opened(at(model=LLAMA))
    page = press(page, "preset_save")
    assert "a preset needs a name" in shown(page)
    page.text_area(key="system_prompt").input(f"Use {TOKEN}").run()
    page.text_input(key="preset_new_name").input("Leaky").run()
    page = press(page, "preset_save")
    words = " ".join(str(error.value) for error in page.error).replace("\\", "")
    assert "Leaky holds the key of a connection, in system prompt" in words
    assert TOKEN not in words
    assert own() == []


def test_a_new_preset_is_written_checked_and_saved(open_page: OpenPage) -> None:
    page = press(open_page(PAGE), "preset_new")
    page.text_input(key="preset_draft-name").input("Sort mail").run()
    page.selectbox(key="preset_draft-model").set_value(LLAMA).run()
    page.text_area(key="preset_draft-prompt").input("Sort {{mail").run()
    assert "opens a variable but names none" in shown(page)
    page = press(page, "preset_save")
    assert "The prompt cannot be read" in shown(page)
    page.text_area(key="preset_draft-prompt").input("Sort {{mail}}").run()
    page.text_area(key="preset_draft-value-mail").input("Dear all").run()
    assert "Sort Dear all" in shown(page)

    page.text_area(key="preset_tools").input('[{"name": ').run()
    assert "Not JSON" in shown(page)
    page = press(page, "preset_save")
    assert "The tools cannot be read" in shown(page)
    assert own() == []
    page.text_area(key="preset_tools").input("").run()
    page = press(page, "preset_tools-two tools")
    page.selectbox(key="preset_draft-format").set_value("json_schema").run()
    page.text_area(key="preset_schema").input('{"type": "nothing"}').run()
    assert "is no JSON Schema" in shown(page)
    page.text_area(key="preset_schema").input("").run()
    page = press(page, "preset_schema-classification")
    page.slider(key="preset_draft-parameters-temperature").set_value(0.5).run()
    page = press(page, "preset_save")

    (preset,) = own()
    assert (preset.name, preset.model, preset.prompt) == ("Sort mail", LLAMA, "Sort {{mail}}")
    assert preset.variables == {"mail": "Dear all"}
    assert preset.tools == TOOLS["Two tools"]
    assert preset.response_format == {"type": "json_schema", "json_schema": SCHEMAS["Classification"]}
    assert preset.parameters == {"temperature": 0.5}
    assert "Sort mail saved." in shown(page)


def test_variables_of_a_system_prompt_are_seen_while_it_is_written(open_page: OpenPage) -> None:
    page = press(open_page(PAGE), "preset_new")
    page.text_input(key="preset_draft-name").input("Guide").run()
    page.text_area(key="preset_draft-system_prompt").input("Speak {{language").run()
    assert "The system prompt is sent as it is written." in shown(page)
    page.text_area(key="preset_draft-system_prompt").input("Speak {{language}}.").run()
    page.text_area(key="preset_draft-value-language").input("Thai").run()
    assert "Speak Thai." in shown(page)
    press(page, "preset_save")
    assert own() == [Preset(name="Guide", system_prompt="Speak {{language}}.", variables={"language": "Thai"})]


def test_an_example_is_changed_as_a_copy_and_what_does_not_fit_is_said() -> None:
    page = press(alone(PAGE), "preset_edit-weather-tool")
    assert "get_weather" in str(page.text_area(key="preset_tools").value)
    page.selectbox(key="preset_draft-model").set_value(LOCAL).run()
    assert "tools dropped, SmolLM2 135M Instruct does not take them" in shown(page)
    page = press(page, "preset_fit")
    assert page.text_area(key="preset_tools").value == ""
    page = press(page, "preset_save")
    assert [preset.name for preset in own()] == ["Weather by tool (2)"]
    assert own()[0].tools == ()


def test_cancel_keeps_nothing(translate: LibraryPreset) -> None:
    page = press(alone(PAGE), f"preset_edit-{translate.id}")
    page.text_area(key="preset_draft-prompt").input("Gone").run()
    page = press(page, "preset_cancel")
    assert own() == [translate.preset]
    page = press(page, f"preset_edit-{translate.id}")
    assert page.text_area(key="preset_draft-prompt").value == translate.preset.prompt


def test_files_are_brought_in_and_what_cannot_be_read_is_named(translate: LibraryPreset) -> None:
    page = alone(PAGE)
    page.file_uploader(key="preset_files-0").upload(
        "one.json", write_preset(Preset(name="One", model="m")).encode(), "application/json"
    ).run()
    assert "1 added." in shown(page)
    several = pack([translate.preset, Preset(name="Two")])
    page.file_uploader(key="preset_files-1").upload("presets.zip", several, "application/zip").run()
    assert "1 added, 1 there already." in shown(page)
    assert [preset.name for preset in own()] == ["One", "Translate", "Two"]
    page.file_uploader(key="preset_files-2").upload("bad.json", b'{"name": "x", "id": 1}', "application/json").run()
    assert "bad.json: a preset has no 'id'." in shown(page)
    assert "0 added." in shown(page)
    assert len(own()) == 3


def test_an_import_can_be_taken_back() -> None:
    page = alone(PAGE)
    page.file_uploader(key="preset_files-0").upload("one.json", b'{"name": "One"}', "application/json").run()
    page = press(page, "preset_undo")
    assert own() == []


def test_a_preset_begins_with_what_the_chat_is_set_to() -> None:
    page = alone("router.py")
    page.text_area(key="system_prompt").input("Be brief.").run()
    page = page.switch_page(PAGE).run()
    page = press(page, "preset_new_from_chat")
    assert page.text_area(key="preset_draft-system_prompt").value == "Be brief."
    page.text_input(key="preset_draft-name").input("Brief").run()
    press(page, "preset_save")
    assert json.loads(write_preset(own()[0])) == {"name": "Brief", "model": LOCAL, "system_prompt": "Be brief."}
    assert read_preset(write_preset(own()[0]).encode()) == own()[0]
