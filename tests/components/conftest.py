"""Some of these are scripts of AppTest, as pages are."""

from tests.pages.conftest import installed_components  # noqa: F401
