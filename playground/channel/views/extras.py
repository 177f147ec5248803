"""The views of an answer's extras: images, sources, other choices, logprobs."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from playground.answers.extras import Citation, Extras, Logprob
from playground.answers.pictures import PictureError, read_picture, web_link
from playground.channel.messages import Choice, PictureView, Probability, Source
from playground.messages import ContentPart
from playground.text.cleaning import line

MOST_PROBABILITIES = 2_000
LONGEST_ADDRESS = 200


def pictures_made(urls: Iterable[str]) -> tuple[PictureView, ...]:
    """The images of an answer; one that cannot be shown has a caption with the reason, and a link if it has one."""
    return tuple(_picture(url) for url in urls)


def pictures_sent(parts: Iterable[ContentPart]) -> tuple[PictureView, ...]:
    """The images of a message, in the same way."""
    return pictures_made(_address(part.get("image_url")) for part in parts)


def sources(citations: Iterable[Citation]) -> tuple[Source, ...]:
    """The sources that an answer names, each with the host of its link."""
    return tuple(_source(citation) for citation in citations)


def choices(extras: Extras) -> tuple[Choice, ...]:
    """The other choices of the same request."""
    return tuple(Choice(label=f"Answer {index + 1}", text=text) for index, text in extras.choices.items())


def probabilities(logprobs: Sequence[Logprob]) -> tuple[Probability, ...]:
    """How likely each of the first MOST_PROBABILITIES tokens was."""
    return tuple(_probabilities(logprobs[:MOST_PROBABILITIES]))


def _picture(url: str) -> PictureView:
    try:
        found = read_picture(url)
    except PictureError as error:
        return PictureView(caption=f"A picture {error}{_where(url)}", link=_link(url))
    url = f"data:image/{found.kind};base64,{''.join(url.partition(',')[2].split())}"
    return PictureView(url=url, caption=f"A picture ({found.size_words}) is damaged.")


def _where(url: str) -> str:
    if url[:5].lower() == "data:":
        return "."
    leads = web_link(url)
    return f": {_cut(url) if leads is None else leads[0]}"


def _link(url: str) -> str:
    leads = None if url[:5].lower() == "data:" else web_link(url)
    return "" if leads is None else leads[1]


def _address(image: object) -> str:
    return str(image.get("url") if isinstance(image, Mapping) else image)


def _source(citation: Citation) -> Source:
    leads = web_link(citation.url)
    if leads is None:
        return Source(title=line(citation.title), host=_cut(citation.url))
    return Source(title=line(citation.title), host=leads[0], link=leads[1])


def _cut(url: str) -> str:
    return line(url, LONGEST_ADDRESS)


def _probabilities(logprobs: Iterable[Logprob]) -> Iterator[Probability]:
    for entry in logprobs:
        token = json.dumps(entry.token, ensure_ascii=False)
        yield Probability(token=token, share=entry.share, logprob=entry.logprob, alternatives=entry.ranked_alternatives)
