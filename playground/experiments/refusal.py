"""Whether a text declines to answer: by phrases that assistants decline with, in English and some other languages.

A guess by words: a text is taken for a refusal only where such a phrase stands at its beginning.
"""

import re

_BEGINNING = 400
"""Characters in which a refusal says so."""
_CANNOT = r"(?:can(?:no|['’])t|won['’]t|will not|(?:am|['’]m) (?:unable|not able|not going|not willing) to)"
_DO = (
    r"(?:assist|help|provide|comply|fulfil|answer|discuss|create|generate|write|engage|support|share|give|offer"
    r"|participate|continue|do (?:that|this))"
)
_PHRASES = re.compile(
    "|".join(
        (
            rf"\bI ?{_CANNOT} (?:\w+ )?{_DO}",
            rf"\bI(?:['’]m| am) (?:sorry|afraid),? (?:but )?(?:that )?I ?{_CANNOT}",
            r"\bI (?:do not|don['’]t) feel comfortable",
            r"\b(?:must|have to) (?:respectfully )?decline",
            r"\bI(?:['’]d| would) (?:rather|prefer) not",
            r"\bas an AI(?: language model| assistant)?,? I (?:can(?:no|['’])t|do not|don['’]t|am (?:unable|not able))",
            r"\bagainst my (?:guidelines|programming)",
            r"\b(?:das|dabei|damit) kann ich (?:leider )?nicht\b|\bich kann (?:\w+ ){0,5}nicht (?:helfen|beantworten)",
            r"\bje ne peux pas (?:vous |t['’])?(?:aider|répondre|fournir)",
            r"\bno puedo (?:ayudar|proporcionar|responder|cumplir)",
        )
    ),
    re.IGNORECASE,
)


def refusal_in(text: str) -> str:
    """The words by which a text declines to answer, "" where it does not."""
    found = _PHRASES.search(text[:_BEGINNING])
    return "" if found is None else found[0]
