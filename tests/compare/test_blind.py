import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.compare.blind import HIDDEN_NAME, scrubbed
from playground.models.catalog import ModelCard, shipped
from playground.models.local import list_local_models

CARDS: list[ModelCard] = [*(model.card for model in list_local_models()), *shipped()]


def card(name: str) -> ModelCard:
    return next(known for known in CARDS if name in known.id)


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("llama-3.3-70b", "I am Llama-3.3-70B, made by Meta AI."),
        ("llama-3.3-70b", "I am LLaMA 3, made by META."),
        ("qwen2.5-coder", "I am Qwen2.5, made by Alibaba."),
        ("gpt-oss-20b", "I am ChatGPT, made by OpenAI."),
        ("gpt-oss-20b", "I am GPT-4o, made by OpenAI."),
        ("smollm2", "I am SmolLM2, made by Hugging Face."),
        ("glm-4.7", "I am GLM-4.7, made by Z.ai."),
        ("deepseek-r1", "I am DeepSeek-R1, made by High-Flyer."),
        ("mistral-small", "I am Mistral Small 3.1, made by Mistral AI."),
        ("gemma-sea-lion", "I am SEA-LION v4, made by AI Singapore."),
        ("gemma-4", "I am **Gemma**, made by *Google*."),
        ("kimi-k2.6", "I am _Kimi_, made by Moonshot AI."),
    ],
)
def test_a_model_does_not_name_itself(model: str, said: str) -> None:
    shown = scrubbed(said, card(model))
    assert shown.count(HIDDEN_NAME) == 2
    told = "".join(sign for sign in shown.replace("I am", "").replace("made by", "") if sign.isalpha())
    assert told in ("", "R", "Small")


@pytest.mark.parametrize(
    ("model", "said"),
    [
        ("llama-3.3-70b", "A metaphor of metal and metadata: the llamas' wool, and 3.3 hours."),
        ("smollm2", "Her face was small; the model was local."),
        ("gemma-sea-lion", "The sea lion swims in the sea."),
        ("phi-2", "Philosophy is a sapphire."),
        ("gpt-oss-120b", "An open letter in large type."),
    ],
)
def test_words_of_every_day_stay(model: str, said: str) -> None:
    assert scrubbed(said, card(model)) == said


@pytest.mark.parametrize("model", CARDS, ids=lambda known: known.id)
def test_no_model_s_id_comes_through(model: ModelCard) -> None:
    assert HIDDEN_NAME in scrubbed(f"My name is {model.id}.", model)
    assert HIDDEN_NAME in scrubbed(f"I come from {model.author}.", model)


def test_other_models_are_named() -> None:
    assert scrubbed("Unlike Qwen, I hum.", card("llama-3.3-70b")) == "Unlike Qwen, I hum."


NAMES = ("SmolLM2", "smollm", "Hugging Face", "HuggingFaceTB")


WORDS = st.sampled_from(["I", "am", "made by", *NAMES])


@given(st.lists(st.tuples(WORDS, st.sampled_from([" ", "\n\n", ". ", ", "])).map("".join)).map("".join))
def test_no_name_is_seen_while_it_is_being_written(text: str) -> None:
    known = card("smollm2")
    for length in range(len(text) + 1):
        seen = scrubbed(text[:length], known, growing=True).lower()
        assert "smol" not in seen
        assert "hugg" not in seen
        assert "face" not in seen


@given(st.text() | st.text(alphabet="llama 3.-v\n", max_size=300))
def test_a_text_without_the_name_is_the_same_once_it_is_whole(text: str) -> None:
    growing = scrubbed(text + "\n", card("llama-3.3-70b"), growing=True)
    assert growing == scrubbed(text + "\n", card("llama-3.3-70b"))


def test_of_a_model_that_nobody_knows_its_id_is_masked() -> None:
    assert (
        scrubbed("I am Thinker-3, home/thinker-3-mini.", "home/thinker-3-mini") == f"I am {HIDDEN_NAME}, {HIDDEN_NAME}."
    )
    assert scrubbed("O1 speaking, as o1 does.", "o1") == f"{HIDDEN_NAME} speaking, as {HIDDEN_NAME} does."


def test_it_takes_no_time() -> None:
    assert scrubbed("Llama " + "3." * 50_000 + "x" * 50_000 + " y", card("llama-3.3-70b")).startswith(HIDDEN_NAME)
