"""What an answer holds beside its words, in an export."""

from dataclasses import replace

from playground.answers.extras import Citation, Extras, Logprob
from playground.compare.blind import HIDDEN_NAME, scrubbed_extras
from playground.exporting.markdown_answer import beside_text
from playground.messages import ToolCall
from playground.models.catalog import shipped
from tests.answers.test_pictures import PNG, uri
from tests.compare.test_verdict import GOOD

HELD = Extras(
    images=(uri(PNG), "https://a.example/x.png"),
    citations=(Citation("https://tides.example/low", "Tide *tables*"), Citation("javascript:alert(1)")),
    choices={1: "High water\n```\n# not a heading\n", 2: "None"},
    logprobs=(Logprob("Low", -0.105, (("Low", -0.105), ("High", -2.3))),),
)


def test_all_of_it_is_in_an_export() -> None:
    call = ToolCall("c1", "run_sql", "SELECT `tide`\nFROM water", "custom")
    written = list(beside_text(replace(GOOD, extras=HELD, tool_calls=(call,))))
    assert written[0] == "**Call of run\\_sql**\n\n```\nSELECT `tide`\nFROM water\n```"
    assert written[1] == f"![Picture 1]({uri(PNG)})"
    assert written[2].startswith("*A picture is at an address")
    assert "[a\\.example](https://a.example/x.png)" in written[2]
    assert "1\\. Tide \\*tables\\* · [tides\\.example](https://tides.example/low)" in written[3]
    assert "(javascript" not in written[3]
    assert written[4].startswith("**Answer 2**\n\n````\nHigh water")
    assert written[4].endswith("\n````")
    assert written[5] == "**Answer 3**\n\n```\nNone\n```"
    assert written[6] == '**Probabilities of 1 tokens**\n\n```\n"Low" 90.0%, instead: "High" 10.0%\n```'


def test_an_answer_with_words_alone_has_nothing_beside_them() -> None:
    assert list(beside_text(GOOD)) == []


def test_what_gives_a_model_away_is_hidden_from_blind_judges() -> None:
    llama = next(card for card in shipped() if "llama-3.3" in card.id)
    held = Extras(
        images=(uri(PNG),),
        citations=(
            Citation("https://tides.example/low"),
            Citation("https://tides.example/", "Llama 3.3 explained"),
            Citation("https://ai.meta.example/llama/"),
        ),
        choices={1: "I am Llama by Meta."},
        logprobs=(Logprob("Low", -0.1),),
    )
    seen = scrubbed_extras(held, llama)
    assert seen.images == held.images
    assert seen.citations == held.citations[:1]
    assert seen.choices == {1: f"I am {HIDDEN_NAME} by {HIDDEN_NAME}."}
    assert seen.logprobs == ()
