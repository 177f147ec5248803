"""The room votes, on the stage: a code and an address for its phones, and what it says."""

from dataclasses import dataclass

from playground.channel.messages import RoomRow, RoomView
from playground.conversation.chat import Chat
from playground.money.figures import counted
from playground.store import Ballot, BallotCounts
from playground.voting.address import UNREACHABLE, ballot_address, code_of, is_reached
from playground.voting.result import preferred_answer, result, share_text


@dataclass(frozen=True, slots=True)
class AskedRoom:
    """A ballot with its counts as they are now."""

    ballot: Ballot
    counts: BallotCounts

    def view(self, page_url: str) -> RoomView:
        """The same for a window at an address; a result in place of code and address once it is closed."""
        ballot = self.ballot
        address = ballot_address(page_url, ballot.id) if ballot.is_open else ""
        total = counted(sum(self.counts.values()), "vote")
        rows = [] if ballot.hides_counts else result(ballot, self.counts)
        return RoomView(
            address=address,
            code=code_of(address) if address else "",
            warning=UNREACHABLE if address and not is_reached(address) else "",
            voted=f"{total} so far" if ballot.is_open else f"{total}, closed",
            rows=tuple(
                RoomRow(
                    label=f"{row.label}: {row.name}" if row.name and not ballot.hides_names else row.label,
                    share=row.share,
                    count=f"{row.count:,} · {share_text(row)}",
                )
                for row in rows
            ),
            remark="" if ballot.is_open else preferred_answer(rows),
        )


def asked_room(chat: Chat, comparison_id: str, prompt: int) -> AskedRoom | None:
    """What the room was asked last about a prompt; None where it was not. Raises StoreError."""
    ballot = chat.store.newest_ballot(comparison_id, prompt)
    return None if ballot is None else AskedRoom(ballot, chat.store.ballot_counts(ballot))
