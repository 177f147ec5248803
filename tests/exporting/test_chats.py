"""The files that a chat can leave the app as."""

from dataclasses import replace

import pytest

from playground.conversation.setup import Setup
from playground.exporting import CHAT_EXPORTS, ChatExport, ExportedChat
from playground.exporting.markdown_file import chat_as_markdown
from playground.messages import Message
from tests.compare.test_verdict import GOOD
from tests.exporting.test_html_page import answered, turn

SETUP = Setup("@cf/meta/llama-3.3-70b-instruct-fp8-fast", "Be brief.", {"temperature": 0.2})
CHAT = ExportedChat("The sea", SETUP, [turn(Message("user", "Which sea?")), answered("The **Dead** Sea")])


@pytest.mark.parametrize("export", CHAT_EXPORTS, ids=lambda export: export.id)
def test_each_holds_what_was_said_and_with_which_model(export: ChatExport) -> None:
    written = export.write(CHAT)
    assert "Which sea?" in written
    assert "Dead" in written
    assert GOOD.model in written.replace("\\", "")
    assert f".{export.ending}" == export.label.removeprefix("Export ")


@pytest.mark.parametrize(
    "export", [one for one in CHAT_EXPORTS if one.before_the_first_message], ids=lambda export: export.id
)
def test_one_that_is_offered_before_the_first_message_holds_what_is_set(export: ChatExport) -> None:
    written = export.write(replace(CHAT, path=[]))
    assert "Be brief." in written
    assert "0.2" in written


def test_an_answer_in_a_markdown_file_has_its_settings_and_what_it_took() -> None:
    written = chat_as_markdown("1 # of *seas*", SETUP, CHAT.path)
    assert written.startswith("# 1 \\# of \\*seas\\*\n\n**Question**\n\n> Which sea?\n\n- Model: ")
    assert "\n**Answer**\n\n> The **Dead** Sea\n" in written
    assert "tok/s" in written


def test_a_page_shows_no_key() -> None:
    look_alike = "sk-proj-" + "a1B2" * 10
    said = [turn(Message("user", f"Is KEY-OF-CONNECTION mine, or {look_alike}?")), answered("KEY-OF-CONNECTION is.")]
    (export,) = [one for one in CHAT_EXPORTS if one.id == "page"]
    page = export.write(ExportedChat("KEY-OF-CONNECTION", SETUP, said, ("KEY-OF-CONNECTION",)))
    assert "KEY-OF-CONNECTION" not in page
    assert look_alike not in page
    assert "Is [hidden] mine, or [hidden]?" in page
