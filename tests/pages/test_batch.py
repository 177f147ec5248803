import pytest
from streamlit.testing.v1 import AppTest

from components.frame.process import batch_runner
from playground.batch import polling
from playground.store import SubmittedBatch
from tests.browser.waiting import until
from tests.pages.conftest import OpenPage, alone, shown
from tests.upstream import TOKEN, Upstream

PAGE = "pages/batch.py"
LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast"


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(polling, "FIRST_POLL_S", 0.002)
    monkeypatch.setattr(polling, "LONGEST_POLL_S", 0.01)


def write(page: AppTest, text: str, *, jsonl: bool = False) -> AppTest:
    if jsonl:
        page.button_group(key="batch_writing").set_value("jsonl")
    return page.text_area(key="batch_text").input(text).run()


def submit(page: AppTest) -> SubmittedBatch:
    """Submit what is written; the batch once nobody waits for it any more."""
    page.button(key="batch_submit").click().run()
    assert not page.exception
    batch = batch_runner().store.batches()[0]
    until(lambda: batch_runner().is_polling(batch.id), lambda waiting: not waiting)
    found = batch_runner().store.batch(batch.id)
    assert found is not None
    page.run()
    return found


def test_without_a_connection_it_says_what_is_missing(open_page: OpenPage) -> None:
    page = write(open_page(PAGE), "one")
    assert not page.exception
    assert "set CLOUDFLARE_ACCOUNT_ID" in shown(page)
    assert page.button(key="batch_submit").disabled
    assert "Nothing yet." in shown(page)


def test_prompts_are_previewed_submitted_and_answered(open_page: OpenPage, cloudflare: Upstream) -> None:
    page = open_page(PAGE)
    assert page.selectbox(key="batch_model").value == LLAMA
    page.button(key="batch_submit").click().run()
    assert "There is no request yet." in shown(page)
    page = write(page, "One upstream: tokens=3\n\nTwo")
    assert "2 requests will be submitted." in shown(page)
    measures = next(caption.value for caption in page.caption if "of 10 MB" in caption.value).replace("\\", "")
    assert measures.startswith("2 requests · ")
    assert "tokens in · at most ~512 out · at most ~$0.00" in measures

    batch = submit(page)

    assert (batch.status, batch.size, batch.model) == ("done", 2, LLAMA)
    assert cloudflare.requests[0].json == {"requests": [{"prompt": "One upstream: tokens=3"}, {"prompt": "Two"}]}
    assert page.text_area(key="batch_text").value == "One upstream: tokens=3\n\nTwo"
    assert "2 requests · " in shown(page)


def test_parameters_apply_to_every_request_that_does_not_set_them(cloudflare: Upstream) -> None:
    page = alone(PAGE)
    page.number_input(key="batch_parameters-max_tokens").set_value(50).run()
    page = write(page, '{"prompt": "a"}\n{"prompt": "b", "max_tokens": 7, "external_reference": "x"}', jsonl=True)
    submit(page)
    first, second = cloudflare.requests[0].json["requests"]
    assert first == {"prompt": "a", "max_tokens": 50}
    assert second == {"prompt": "b", "max_tokens": 7, "external_reference": "x"}


def test_lines_that_are_no_requests_are_named_and_nothing_is_submitted(cloudflare: Upstream) -> None:
    page = write(alone(PAGE), '{"prompt": "a"}\nnonsense', jsonl=True)
    assert "Line 2: not JSON" in shown(page)
    page.button(key="batch_submit").click().run()
    assert "Some lines are no requests." in shown(page)
    assert cloudflare.requests == []


def test_too_much_is_refused_with_what_to_do(cloudflare: Upstream) -> None:
    page = write(alone(PAGE), f"{'x' * 6_000_000}\n{'y' * 6_000_000}")
    assert "12.0 MB; the service takes less than 10 MB" in shown(page)
    assert "Divide it into 2 batches of about 1 requests each." in shown(page)
    page.button(key="batch_submit").click().run()
    assert cloudflare.requests == []


def test_an_uploaded_file_stands_in_for_the_text(cloudflare: Upstream) -> None:
    page = write(alone(PAGE), "ignored")
    page.file_uploader(key="batch_file").upload("prompts.txt", "\ufeffone\ntwo\nthree".encode(), "text/plain").run()
    assert "3 requests will be submitted." in shown(page)
    assert "those of prompts.txt" in shown(page)
    submit(page)
    assert [item["prompt"] for item in cloudflare.requests[0].json["requests"]] == ["one", "two", "three"]
    page.file_uploader(key="batch_file").upload("latin.txt", "é".encode("latin-1"), "text/plain").run()
    assert "latin.txt is not text in UTF-8" in shown(page)


def test_a_refusal_of_the_service_stands_with_its_batch_which_can_be_submitted_again(
    cloudflare: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = write(alone(PAGE), "one")
    cloudflare.service.account.user_tokens.discard(TOKEN)
    try:
        batch = submit(page)
    finally:
        cloudflare.service.account.user_tokens.add(TOKEN)
    assert batch.status == "failed"
    assert batch.error is not None
    assert batch.error.message in shown(page)

    page.button(key=f"batch-resend-{batch.id}").click().run()

    newest = batch_runner().store.batches()[0]
    until(lambda: batch_runner().is_polling(newest.id), lambda waiting: not waiting)
    assert [batch.status for batch in batch_runner().store.batches()] == ["done", "failed"]


def test_waiting_is_stopped_and_taken_up_and_the_batch_deleted(cloudflare: Upstream) -> None:
    cloudflare.service.batches.polls = 10**9
    page = write(alone(PAGE), "one")
    page.button(key="batch_submit").click().run()
    (batch,) = until(batch_runner().store.batches, lambda found: found[0].status == "running")
    page.run().button(key=f"batch-stop-{batch.id}").click().run()
    assert "The service goes on with it." in shown(page)
    cloudflare.service.batches.polls = 0
    page.button(key=f"batch-again-{batch.id}").click().run()
    until(batch_runner().store.batches, lambda found: found[0].status == "done")
    page.run().button(key=f"batch-delete-{batch.id}").click().run()
    assert batch_runner().store.batches() == ()
    assert "Nothing yet." in shown(page)
