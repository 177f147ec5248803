"""What contestants are called."""

from components.frame.process import called, chat
from playground.compare.standings import Contestant, Standings, names_of
from playground.conversation.provenance import settings_labels


def contestant_names(found: Standings) -> dict[Contestant, str]:
    """A name of its own for each contestant, the settings by what the reader's own answers were asked with."""
    apart = {found.examples[row.contestant]: row.contestant for row in found.rows if row.contestant.settings}
    settings = {
        apart[reply.id]: ", ".join(settings_labels(reply)) or "nothing set"
        for reply in chat().store.replies_by_id(list(apart))
        if reply.setup is not None
    }
    return names_of([row.contestant for row in found.rows], called, settings)
