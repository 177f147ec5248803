"""What a choice or a frame holds beside text: images, sources, logprobs."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, TypeGuard

from playground.answers.extras import Citation, Image, Logprob
from playground.text.cleaning import clean, line

_LONGEST_URL = 4_000
_MOST_ALTERNATIVES = 20
_IMAGE_KINDS = ("jpeg", "webp")
"""What https://platform.openai.com/docs/guides/image-generation makes beside png."""


class CitationReader:
    """Reads sources in every form that is known, each once however often the server repeats it."""

    def __init__(self) -> None:
        self._seen: set[tuple[str, str]] = set()

    def read(self, holder: Mapping[str, Any]) -> Iterator[Citation]:
        """The sources that a frame, a message or a part names and that were not read before.

        `annotations` (https://platform.openai.com/docs/guides/tools-web-search), `citations` and `search_results`
        (https://docs.perplexity.ai/api-reference/chat-completions-post; xAI sends addresses alone), `web_search`
        (https://docs.z.ai/api-reference/llm/chat-completion).
        """
        for key in ("annotations", "search_results", "citations", "web_search"):
            found = holder.get(key)
            for entry in found if isinstance(found, list) else ():
                citation = _citation(entry)
                if citation is not None and (citation.url, citation.title) not in self._seen:
                    self._seen |= {(citation.url, citation.title), (citation.url, "")}
                    yield citation


def _citation(value: Any) -> Citation | None:
    if isinstance(value, str):
        value = {"url": value}
    if not isinstance(value, Mapping):
        return None
    inner = value.get("url_citation")
    value = inner if isinstance(inner, Mapping) else value
    url, title = value.get("url") or value.get("link"), value.get("title") or value.get("document_title")
    title = title if isinstance(title, str) else ""
    if not isinstance(url, str) or not 0 < len(url) <= _LONGEST_URL:
        return None
    return Citation(clean(url), line(title, 500))


def images(value: Any) -> Iterator[Image]:
    """The images in a list of parts, in OpenAI's form or Anthropic's; other parts are ignored.

    `images` of a message: https://openrouter.ai/docs/features/multimodal/image-generation
    """
    for part in value if isinstance(value, list) else ():
        if isinstance(part, Mapping) and (url := _image_url(part)):
            yield Image(clean(url))


def _image_url(part: Mapping[str, Any]) -> str:
    source = part.get("source")
    if isinstance(source, Mapping) and isinstance(source.get("data"), str):
        return f"data:{source.get('media_type') or 'image/png'};base64,{source['data']}"
    if isinstance(part.get("b64_json"), str):
        kind = part.get("output_format")
        return f"data:image/{kind if kind in _IMAGE_KINDS else 'png'};base64,{part['b64_json']}"
    image = part.get("image_url")
    url = image.get("url") if isinstance(image, Mapping) else image
    return url if isinstance(url, str) else ""


def logprobs(value: Any) -> Iterator[Logprob]:
    """The logprobs of a choice: `content` of chat completions, or the lists of legacy completions.

    https://platform.openai.com/docs/api-reference/chat/object
    """
    if not isinstance(value, Mapping):
        return
    if isinstance(content := value.get("content"), list):
        for entry in content:
            if isinstance(entry, Mapping) and (pair := _logprob(entry)) is not None:
                alternatives = entry.get("top_logprobs")
                alternatives = alternatives[:_MOST_ALTERNATIVES] if isinstance(alternatives, list) else ()
                pairs = [_logprob(other) for other in alternatives if isinstance(other, Mapping)]
                yield Logprob(*pair, tuple(other for other in pairs if other is not None))
        return
    tokens, numbers, top_logprobs = (value.get(key) for key in ("tokens", "token_logprobs", "top_logprobs"))
    if isinstance(tokens, list) and isinstance(numbers, list):
        for index, (token, number) in enumerate(zip(tokens, numbers, strict=False)):
            if isinstance(token, str) and _is_logprob(number):
                top = top_logprobs[index] if isinstance(top_logprobs, list) and index < len(top_logprobs) else None
                rows = list(top.items())[:_MOST_ALTERNATIVES] if isinstance(top, Mapping) else ()
                alternatives = tuple((clean(str(other)), float(n)) for other, n in rows if _is_logprob(n))
                yield Logprob(clean(token), float(number), alternatives)


def _logprob(entry: Mapping[str, Any]) -> tuple[str, float] | None:
    token, number = entry.get("token"), entry.get("logprob")
    return (clean(token), float(number)) if isinstance(token, str) and _is_logprob(number) else None


def _is_logprob(number: Any) -> TypeGuard[float]:
    return isinstance(number, int | float) and not isinstance(number, bool) and math.isfinite(number)
