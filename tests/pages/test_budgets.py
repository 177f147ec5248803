"""Budgets on the pages: what is left, a note when most is used, and a refusal that loses nothing."""

from decimal import Decimal

from components.frame.process import chat, stores
from playground.answers.request_switch import request_switch
from playground.metering import Timings, Usage
from playground.money.budget import Budget
from playground.owner import Owner
from tests.pages.conftest import alone, shown
from tests.pages.test_chat import at
from tests.pages.test_exchange import asked, inspect
from tests.upstream import Upstream


def test_a_note_says_when_four_fifths_are_used_until_it_is_dismissed(cloudflare: Upstream) -> None:
    page = asked("Hello upstream: tokens=20")
    spent = chat().store.spent(page.query_params["c"]).cost
    stores().set_budget(Budget("all", day=spent * Decimal("1.2"), month=Decimal(100)))
    page = at(c=page.query_params["c"])
    assert "left today" in shown(page)
    assert "83% of the budget of everything is used" in shown(page)
    page.button(key="budget_note_dismiss").click().run()
    assert "of the budget of everything is used" not in shown(page)
    assert "of the budget of everything is used" not in shown(at())
    stores().set_budget(Budget("all", day=spent * Decimal("1.1")))
    assert "of the budget of everything is used" in shown(at()), "another limit is another budget"


def test_usage_counts_the_free_neurons_that_others_used_on_the_same_account(cloudflare: Upstream) -> None:
    other = stores().of(Owner.signed_in("https://issuer.example", "anna"))
    (account,) = [name for name, one in chat().roster.connections.items() if one.traits.cloudflare]
    reply = other.start_reply(model="m", connection=account)
    other.finish_reply(reply, state="done", text="", usage=Usage(1, 1, neurons=4321.0), timings=Timings(0.1, 0.2))
    asked("Hello upstream: tokens=1")
    page = alone("pages/usage.py")
    assert not page.exception
    assert "4,32" in next(words for words in shown(page).splitlines() if "free neurons of Workers AI" in words)


def test_the_exchange_says_what_an_answer_costs_at_todays_prices(cloudflare: Upstream) -> None:
    assert "at today's prices $" in shown(inspect(asked("Hello upstream: tokens=20")))


def test_the_one_owner_stops_all_requests_and_allows_them_again(cloudflare: Upstream) -> None:
    page = alone("pages/usage.py")
    page.text_input(key="stop_reason").set_value("Too dear.").run()
    page.button(key="stop_requests").click().run()
    assert not page.exception
    assert "Nothing is sent to any model" in shown(page)
    notice = shown(alone("router.py"))
    assert "**All requests are stopped** since" in notice
    assert "Too dear." in notice
    page.button(key="allow_requests").click().run()
    assert "Nothing is sent to any model" not in shown(page)
    assert request_switch().stopped() is None
