"""Words that come back: none are lost, none are there twice, and they are not mixed with what somebody is writing."""

import pytest
from playwright.sync_api import expect

from tests.browser.composer_page import ComposerPage
from tests.browser.test_composer import PROBLEM, WAITS, kept
from tests.browser.waiting import until

pytestmark = pytest.mark.browser

LEFT = "Not sent: the page was left while this waited."


def write_once_there(composer: ComposerPage, words: str, more: str) -> None:
    """Write at the moment at which words stand in the box, as somebody who has not seen them."""
    composer.box.focus()
    composer.page.wait_for_function(
        "(words) => document.querySelector('.st-key-composer textarea').value === words", arg=words
    )
    composer.page.keyboard.type(more)


def refused(composer: ComposerPage, text: str) -> None:
    """A message on its way that the server is about to refuse."""
    composer.app.answer_next(PROBLEM, hold=True)
    composer.box.fill(text)
    composer.box.press("Enter")
    composer.received()
    expect(composer.box).to_have_value("")


def wait_to_send(composer: ComposerPage, text: str) -> None:
    """A message that waits for the end of an answer."""
    composer.busy()
    composer.box.fill(text)
    composer.box.press("Enter")
    expect(composer.page.get_by_text(WAITS)).to_be_visible()


def test_what_is_being_typed_when_words_come_back_stays_by_itself(composer: ComposerPage) -> None:
    refused(composer, "First")
    composer.app.release()
    write_once_there(composer, "First", "Second")
    expect(composer.box).to_have_value("Second")
    composer.button("Put back “First”").click()
    expect(composer.box).to_have_value("First")


def test_a_prompt_that_comes_while_somebody_begins_to_write_is_offered(composer: ComposerPage) -> None:
    composer.app.offer({"id": "a", "text": "Offered", "pictures": []})
    composer.page.locator(".st-key-toggle label").click()
    write_once_there(composer, "Offered", "Mine")
    expect(composer.box).to_have_value("Mine")
    expect(composer.button("Use the prompt “Offered”")).to_be_visible()


def test_words_that_are_back_can_be_written_on(composer: ComposerPage) -> None:
    refused(composer, "First")
    composer.app.release()
    expect(composer.box).to_have_value("First")
    composer.box.press("End")
    composer.page.keyboard.type(" and more")
    expect(composer.box).to_have_value("First and more")


def test_words_that_are_offered_survive_a_reload(composer: ComposerPage) -> None:
    refused(composer, "First")
    composer.box.fill("Second")
    composer.app.release()
    expect(composer.button("Put back “First”")).to_be_visible()
    for _ in range(2):
        composer.page.reload()
        expect(composer.box).to_have_value("Second")
        expect(composer.button("Put back “First”")).to_have_count(1)


def test_a_message_that_waits_is_there_when_somebody_comes_back(composer: ComposerPage) -> None:
    wait_to_send(composer, "Next")
    composer.button("New chat").click()
    expect(composer.page.get_by_text(WAITS)).to_be_hidden()
    expect(composer.box).to_have_value("")
    composer.busy(False)
    composer.open("/?draft=composer+1")
    expect(composer.box).to_have_value("Next")
    expect(composer.problem).to_contain_text(LEFT)
    composer.page.reload()
    composer.drawn()
    expect(composer.box).to_have_value("Next")
    expect(composer.button("Put back")).to_have_count(0)
    composer.box.press("Enter")
    assert [sent["text"] for sent in composer.received()] == ["Next"]
    until(lambda: kept(composer), lambda drafts: drafts == {})


def test_a_message_that_waits_is_kept_beside_the_draft_of_its_conversation(composer: ComposerPage) -> None:
    wait_to_send(composer, "Next")
    composer.box.fill("Draft")
    composer.button("New chat").click()
    expect(composer.box).to_have_value("")
    composer.open("/?draft=composer+1")
    expect(composer.box).to_have_value("Draft")
    expect(composer.button("Put back “Next”")).to_have_count(1)


def test_a_tab_without_a_draft_leaves_that_of_another_tab_alone(composer: ComposerPage) -> None:
    composer.box.fill("Mine")
    until(lambda: kept(composer), lambda drafts: drafts.get("composer 1", {}).get("text") == "Mine")
    other = ComposerPage(composer.page.context.new_page(), composer.app).open()
    other.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    other.page.reload()
    other.drawn()
    assert kept(composer)["composer 1"]["text"] == "Mine"


def test_a_copy_of_a_tab_does_not_offer_the_message_that_waits_in_it(composer: ComposerPage) -> None:
    wait_to_send(composer, "Next")
    with composer.page.expect_popup() as opened:
        composer.page.evaluate(
            "void window.open(location.href)"
        )  # with its session storage, as a tab that is duplicated
    copy = ComposerPage(opened.value, composer.app)
    copy.drawn()
    copy.box.fill("Mine")
    expect(copy.button("Put back")).to_have_count(0)
    composer.page.reload()
    expect(composer.box).to_have_value("Next")
    expect(composer.problem).to_contain_text(LEFT)
    copy.page.reload()
    copy.drawn()
    expect(copy.box).to_have_value("Mine")
    expect(copy.button("Put back")).to_have_count(0)
