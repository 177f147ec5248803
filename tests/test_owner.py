"""Owners: an id for each pair of issuer and subject, which no other pair has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playground.owner import DEFAULT_OWNER, Owner

ISSUERS = st.text(st.characters(exclude_categories=["Z", "C"]), min_size=1)
SUBJECTS = st.text(min_size=1)


@given(ISSUERS, SUBJECTS, ISSUERS, SUBJECTS)
def test_two_who_signed_in_are_the_same_owner_only_where_issuer_and_subject_are(
    issuer: str, subject: str, other_issuer: str, other_subject: str
) -> None:
    same = (issuer, subject) == (other_issuer, other_subject)
    assert (Owner.signed_in(issuer, subject) == Owner.signed_in(other_issuer, other_subject)) == same


@given(ISSUERS, SUBJECTS)
def test_nobody_who_signs_in_is_the_default_owner(issuer: str, subject: str) -> None:
    assert Owner.signed_in(issuer, subject) != DEFAULT_OWNER


@pytest.mark.parametrize(
    ("issuer", "subject"), [("", "a"), ("https://i", ""), ("https://i a", "b"), ("https://i\n", "b")]
)
def test_no_pair_makes_no_owner(issuer: str, subject: str) -> None:
    with pytest.raises(ValueError, match="without spaces"):
        Owner.signed_in(issuer, subject)
