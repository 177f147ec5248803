"""The list of who may come in: addresses, domains, subjects, and the file that is read anew when it changes."""

import logging
from pathlib import Path
from typing import Any

import pytest

from playground.access.rules import AccessFile, AccessRules
from playground.connections.settings import SettingError
from playground.owner import Owner

SOMEBODY = Owner.signed_in("https://issuer.example", "Sub-1")
RULES = AccessRules.read(
    {
        "admins": ["Ada@Example.com"],
        "users": ["@example.com", "https://issuer.example Sub-2"],
        "viewers": ["@example.com", "@other.example"],
    }
)


@pytest.mark.parametrize(
    ("email", "role"),
    [
        ("ada@example.com", "admin"),
        (" ADA@EXAMPLE.COM ", "admin"),
        ("bob@example.com", "user"),
        ("vic@other.example", "viewer"),
        ("vic@sub.other.example", None),
        ("vic@notother.example", None),
        ("eve@evil.example", None),
        ("@example.com", None),
        ("eve@evil.example @example.com", None),
        ("example.com", None),
        ("", None),
    ],
)
def test_the_highest_role_of_a_verified_address(email: str, role: str | None) -> None:
    assert RULES.role_of(SOMEBODY, email, verified=True) == role


def test_an_address_that_is_not_verified_counts_for_nothing() -> None:
    assert RULES.role_of(SOMEBODY, "ada@example.com", verified=False) is None


def test_somebody_is_named_by_issuer_and_subject_where_a_provider_verifies_no_address() -> None:
    assert RULES.role_of(Owner.signed_in("https://issuer.example", "Sub-2"), "", verified=False) == "user"
    assert RULES.role_of(Owner.signed_in("https://other.example", "Sub-2"), "", verified=False) is None
    assert RULES.role_of(Owner.signed_in("https://issuer.example", "sub-2"), "", verified=False) is None


@pytest.mark.parametrize(
    "table", [{"admin": ["a@b.example"]}, {"users": "a@b.example"}, {"users": [1]}, {"viewers": ["example.com"]}]
)
def test_a_list_that_is_wrong_is_refused_with_words(table: dict[str, Any]) -> None:
    with pytest.raises(SettingError, match=r"\[access\]"):
        AccessRules.read(table)


def test_the_file_is_read_anew_when_it_changes(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    file = tmp_path / "secrets.toml"
    access = AccessFile([tmp_path / "missing.toml", file])

    def role() -> str | None:
        return access.rules().role_of(SOMEBODY, "ada@example.com", verified=True)

    assert role() is None
    file.write_text('[access]\nusers = ["ada@example.com"]')
    assert role() == "user"
    with caplog.at_level(logging.ERROR):
        file.write_text("[access\n")
        assert role() == "user"
    assert "stays as it was" in caplog.text
    file.write_text('[access]\nusers = ["somebody.else@example.com"]')
    assert role() is None
