"""An address that comes after another one was written."""

from components.frame.late_address import LateAddress


def test_what_was_written_over_is_late_until_the_browser_has_what_was_written() -> None:
    late = LateAddress[str]()
    late.note("/?c=1", "/?c=2")
    late.note("/?c=1", "/?c=3")

    assert late.is_late("/?c=1")
    assert not late.is_late("/?c=4")

    late.note("/?c=3", "/?c=3")
    assert not late.is_late("/?c=1")
