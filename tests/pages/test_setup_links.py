"""A link that sets up a chat, on the chat page: everything is set, nothing is sent, and what is not taken is named."""

from components.frame.process import chat
from tests.pages.conftest import shown
from tests.pages.talk import offered, roles, say
from tests.pages.test_chat import LLAMA, at
from tests.upstream import Upstream


def test_a_link_sets_up_a_chat_and_sends_nothing(cloudflare: Upstream) -> None:
    page = at(model=LLAMA, temperature="0.2", unheard="1", system="Be brief.", prompt="Why is the sea salty?")
    assert not page.exception
    assert page.selectbox(key="model").value == LLAMA
    assert page.slider(key="parameters-temperature").value == 0.2
    assert page.text_area(key="system_prompt").value == "Be brief."
    assert offered(page) == "Why is the sea salty?"
    assert "unheard dropped" in shown(page)
    assert roles(page) == []
    assert cloudflare.requests == []
    assert "temperature" not in page.query_params
    page.run()
    assert page.slider(key="parameters-temperature").value == 0.2
    reloaded = at(**{name: str(page.query_params[name]) for name in ("c", "model")})
    assert reloaded.text_area(key="system_prompt").value == "Be brief."


def test_it_is_followed_once_and_what_is_changed_after_it_stays(cloudflare: Upstream) -> None:
    page = at(model=LLAMA, temperature="0.2")
    page.slider(key="parameters-temperature").set_value(1.0).run()
    page.query_params["temperature"] = "0.2"  # the browser still has the address that it came with
    page.query_params["model"] = LLAMA
    page.run()
    assert page.slider(key="parameters-temperature").value == 1.0


def test_a_link_beside_a_chat_changes_nothing_in_it(cloudflare: Upstream) -> None:
    page = at(model=LLAMA)
    say(page, "Hello upstream: tokens=2")
    conversation = page.query_params["c"]
    again = at(c=conversation, temperature="0.2")
    kept = chat().store.conversation(conversation[0] if isinstance(conversation, list) else conversation)
    assert kept is not None
    assert "temperature" not in kept.parameters
    assert roles(again) == ["user", "assistant"]
