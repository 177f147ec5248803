"""Code that does outside what the app does: for each language a module that writes one call as a program.

snippet(LANGUAGES[0], request, connection).text
"""

from playground.snippets.registry import LANGUAGES, Language, Snippet, languages, snippet

__all__ = ["LANGUAGES", "Language", "Snippet", "languages", "snippet"]
