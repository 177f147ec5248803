"""Parts of a text with a blank line between them."""

from playground.providers.wire.paragraphs import Paragraphs


def joined(*pieces: tuple[str, object]) -> str:
    paragraphs = Paragraphs()
    return "".join(paragraphs.add(text, str(part)) for text, part in pieces)


def test_pieces_of_one_part_go_on() -> None:
    assert joined(("High ", 0), ("", 0), ("water", 0)) == "High water"


def test_parts_are_apart_by_a_blank_line() -> None:
    assert joined(("High", 0), (" water", 0), ("Low", 1), ("", 2), ("Slack", 3)) == "High water\n\nLow\n\nSlack"


def test_line_breaks_that_are_there_are_counted() -> None:
    assert joined(("High\n", 0), ("Low", 1), ("\nSlack\n", 2), ("\n", 2), ("Ebb", 3)) == "High\n\nLow\n\nSlack\n\nEbb"


def test_nothing_stands_before_the_first() -> None:
    assert joined(("\n", 0), ("High", 0)) == "\nHigh"
