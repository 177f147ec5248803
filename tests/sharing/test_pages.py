"""Shared pages: what goes in goes into page and data alike, what does not is in neither, and a page can be checked."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from playground.answers.extras import Extras, Logprob
from playground.conversation.setup import Setup
from playground.exporting.html_page import as_page, data_in
from playground.messages import Message, ProviderMetadata, ToolCall
from playground.metering import Price, Usage
from playground.money.totals import Totals
from playground.sharing.data import PageData, UnreadablePageError, checked_rows, read_data, with_new_ids
from playground.sharing.data_of_document import data_of
from playground.sharing.digest import digest_in, is_whole, with_way_back
from playground.sharing.document import Document, DocumentPane, chat_document, comparison_document, usage_document
from playground.sharing.document_of_data import read_document
from playground.sharing.included import HIDDEN_NAMES, Included, no_more_than
from playground.sharing.texts import texts_of, with_texts
from playground.store import StoredReply, Turn, Vote
from tests.compare.test_verdict import GOOD

AT = datetime(2026, 11, 29, 12, 30, tzinfo=UTC)
SETUP = Setup("@cf/meta/llama-3.1-8b", "Be brief, SYSTEM.", {"temperature": 0.125})
ANSWER: StoredReply = replace(
    GOOD,
    model=SETUP.model,
    connection="Workers of Bob",
    text="It is *salty*, says Llama.",
    reasoning="THOUGHT",
    tool_calls=(ToolCall("c1", "look_up", '{"sea": 1}', provider_details={"signature": "SIGNED"}),),
    usage=Usage(1234, 5678),
    price=Price(Decimal("0.1"), Decimal("0.2"), "the list of Cloudflare", None),
    cost=Decimal("0.00125"),
    request_id="REQUEST-ID",
    notes=("NOTE",),
    setup={
        "model": SETUP.model,
        "name": "llama-3.1-8b",
        "connection": "Workers of Bob",
        "system_prompt": SETUP.system_prompt,
        "parameters": dict(SETUP.parameters),
        "options": {},
    },
    extras=Extras(logprobs=(Logprob("tok", -0.1),)),
    provider_metadata=ProviderMetadata("server", "model", None, {"encrypted": "SEALED"}),
)


def path_of(answer: StoredReply = ANSWER) -> list[Turn]:
    question = Turn("q", "c", None, Message("user", "Why is the sea salty?"), AT, ("q",))
    return [question, Turn(answer.id, "c", "q", answer.message, AT, (answer.id,), answer)]


EVERYTHING = Included()


def chat(included: Included = EVERYTHING, answer: StoredReply = ANSWER) -> PageData:
    return data_of(chat_document("The sea", SETUP, path_of(answer), included, AT))


def comparison(included: Included = EVERYTHING) -> PageData:
    other = replace(ANSWER, model="@cf/qwen/qwen3", text="Rivers, says Qwen.", id="r2", cost=Decimal("0.5"))
    again = replace(ANSWER, id="r3", text="Once more", repeats=ANSWER.id)
    panes = [
        DocumentPane("", SETUP, tuple(path_of()), (again,), id="one"),
        DocumentPane("", replace(SETUP, model=other.model), tuple(path_of(other)), id="two"),
    ]
    names = {SETUP.model: "Llama 8B", other.model: "Qwen 3"}
    votes = [Vote("better", 1, pane="two", name="Qwen 3", note="A NOTE")]
    return data_of(comparison_document("Seas", panes, votes, included, AT, called=names, repetitions=2))


def test_a_page_says_what_was_said_and_what_it_took() -> None:
    page = as_page(chat()).page
    for part in (
        "<em>salty</em>",
        "Be brief, SYSTEM.",
        "temperature 0.125",
        "1,234 in",
        "THOUGHT",
        "2026-11-29 at 12:30",
    ):
        assert part in page, part


def test_what_only_a_server_is_to_have_back_goes_nowhere() -> None:
    page = as_page(chat()).page
    for part in ("SIGNED", "SEALED", "REQUEST-ID", "NOTE", 'logprob":-'):
        assert part not in page, part


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("system_prompt", ["SYSTEM"]),
        ("settings", ["0.125", "temperature"]),
        ("costs", ["1,234", "1234", "0.00125", "of Cloudflare"]),
        ("names", ["llama", "Llama", "Bob", "of Cloudflare"]),
        ("thoughts", ["THOUGHT"]),
    ],
)
def test_what_is_left_out_is_neither_on_the_page_nor_in_its_data(part: str, words: list[str]) -> None:
    for made in (chat(replace(Included(), **{part: False})), comparison(replace(Included(), **{part: False}))):
        page = as_page(made).page
        shown = page.replace("llm-playground", "")
        assert [word for word in words if word in shown] == []
        assert "Not in it: " in page


def test_a_comparison_has_its_panes_a_verdict_charts_and_votes() -> None:
    page = as_page(comparison()).page
    for part in (">Llama 8B</h2>", ">Qwen 3</h2>", "Once more", ">Verdict</h2>", "<svg", "Qwen 3 is better", "★"):
        assert part in page, part
    assert "A NOTE" not in page


def test_names_that_are_hidden_stay_so() -> None:
    page = as_page(comparison(no_more_than(Included(), HIDDEN_NAMES))).page
    for word in ("llama", "Llama", "Qwen", "qwen", "$", "tok/s", "total "):
        assert word not in page.partition("<main")[2], word
    for part in (">A</h2>", ">B</h2>", "B is better"):
        assert part in page, part


def test_the_data_of_a_page_gives_the_same_page_again() -> None:
    for made in (chat(), comparison(), comparison(HIDDEN_NAMES)):
        page = as_page(made).page
        read = read_data(data_in(page) or "")
        assert read == made
        assert as_page(read).page == page


def test_an_answer_that_is_on_its_way_is_left_out_and_the_page_says_so() -> None:
    page = as_page(chat(answer=replace(ANSWER, state="live"))).page
    assert "salty</em>" not in page
    assert "still on its way" in page


def test_usage_has_a_row_for_each_group_and_a_sum() -> None:
    groups = {
        "@cf/qwen/qwen3": Totals(
            requests=3, failed=1, prompt_tokens=1_200, completion_tokens=40, computed=Decimal("0.5")
        ),
        "<b>": Totals(requests=1),
    }
    page = as_page(data_of(usage_document("Usage: 7 days", groups, "Model", str, EVERYTHING, AT))).page
    for part in ("@cf/qwen/qwen3</th>", "&lt;b&gt;", "<td>1,200</td>", "<td>$0.50</td>", "All</th><td>4</td>"):
        assert part in page, part
    some = Included(names=False, costs=False)
    page = as_page(data_of(usage_document("Usage: 7 days", groups, "Model", str, some, AT))).page
    for part in ("qwen", "$0", "1,200"):
        assert part not in page.partition("<main")[2]
    assert "Model A</th>" in page
    assert "Not in it: tokens and costs, names of models and connections." in page


def test_each_page_has_ids_of_its_own() -> None:
    ids = [{row["id"] for rows in made.rows.values() for row in rows} for made in (chat(), chat())]
    assert not ids[0] & ids[1]
    made = comparison()
    renamed = made.model_copy(update={"rows": with_new_ids(made.rows)})
    assert as_page(renamed).page != as_page(made).page
    assert [pane.last_answers for pane in read_document(renamed).panes] != []
    assert [len(pane.last_answers) for pane in read_document(renamed).panes] == [2, 1]


def test_the_numbers_are_the_same_after_reading() -> None:
    (pane,) = read_document(chat()).panes
    (reply,) = pane.last_answers
    assert (reply.usage, reply.cost, reply.price, reply.timings) == (
        *(ANSWER.usage, ANSWER.cost, ANSWER.price, ANSWER.timings),
    )
    assert pane.setup == SETUP


def test_a_page_is_whole_until_a_byte_of_it_changes() -> None:
    page, digest = as_page(chat())
    assert digest_in(page.encode()) == digest
    assert is_whole(page.encode())
    assert not is_whole(page.replace("salty", "sweet").encode())
    assert not is_whole(page.replace(digest, "0" * 64).encode())
    assert not is_whole(b"<html></html>")


def test_a_snapshot_and_its_file_differ_in_a_line() -> None:
    page = as_page(chat()).page
    shown = with_way_back(page, "x" * 32)
    added = [line for line in shown.split("\n") if line not in page.split("\n")]
    assert [f'href="../?snapshot={"x" * 32}"' in line for line in added] == [True]
    assert shown.replace(f"{added[0]}\n", "") == page
    assert is_whole(shown.encode())


def test_texts_are_found_with_their_places_and_changed_everywhere() -> None:
    made = comparison()
    places = {place for place, text in texts_of(made) if "SYSTEM" in text}
    assert places == {
        *("Settings of Llama 8B", "Settings of Qwen 3", "Settings of answer 1 of Llama 8B"),
        "Settings of answer 1 of Qwen 3",
    }
    assert ("Question 1 of Qwen 3", "Why is the sea salty?") in set(texts_of(made))
    changed = with_texts(made, lambda text: text.replace("SYSTEM", "[hidden]").replace("salty", "[hidden]"))
    page = as_page(changed).page
    assert "SYSTEM" not in page
    assert "salty" not in page
    assert "Be brief, [hidden]." in page


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        '{"format":"x"}',
        '{"kind":"chat","title":"","made_at":"2026-01-01T00:00:00Z"}',
        '{"kind":"comparison","title":"","made_at":"2026-01-01T00:00:00Z","rows":{"comparisons":[{}]}}',
        '{"kind":"chat","title":"","made_at":"2026-01-01T00:00:00Z","rows":{"users":[]}}',
        "[" * 100_000,
    ],
)
def test_other_data_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(UnreadablePageError, match=r"\.$"):
        checked_rows(read_data(text))


def test_data_of_a_newer_version_is_named_as_such() -> None:
    newer = chat().model_dump_json().replace('"schema_version":"', '"schema_version":"9', 1)
    value = json.loads(newer) | {"schema_version": "9999"}
    with pytest.raises(UnreadablePageError, match="newer version"):
        read_data(json.dumps(value))


def test_a_path_that_goes_in_a_circle_ends() -> None:
    made = chat()
    first, last = made.rows["turns"]
    first["parent_id"] = last["id"]
    document: Document = read_document(made)
    assert len(document.panes[0].path) == 2
