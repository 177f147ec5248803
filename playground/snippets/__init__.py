"""Programs that make the same call outside of the app, with a module for each language.

snippet(LANGUAGES[0], request, connection).text
"""

from playground.snippets.registry import LANGUAGES, Language, Snippet, languages, snippet

__all__ = ["LANGUAGES", "Language", "Snippet", "languages", "snippet"]
