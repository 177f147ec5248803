"""A process in which threads, one for each owner, ask at once what may cost up to a bound, and answer most of it.

It prints "half" when half of the questions were asked, and a line of JSON at its end.
"""

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

from playground.messages import Message
from playground.money.budget import BudgetError, Most
from playground.owner import Owner
from playground.store import ReplyRequest, open_stores


def main(url: str, bound: Decimal, number: int, processes: int, owners: int, each: int) -> None:
    """Ask as every owner whose number leaves `number` when divided by `processes`."""
    mine = [Owner(f"https://issuer.example {owner}") for owner in range(owners) if owner % processes == number]
    counts = {"sent": 0, "refused": 0}
    lock, begin = threading.Lock(), threading.Barrier(len(mine))
    half = len(mine) * each // 2

    with open_stores(url, busy_timeout_s=60) as stores:

        def ask(owner: Owner) -> None:
            store = stores.of(owner)
            chat = store.create_conversation(model="m").id
            begin.wait()
            for turn in range(each):
                question = Message("user", "What is left?")
                request = ReplyRequest(chat, None, "m", f"c{turn % 2}", question, most=Most(bound))
                try:
                    store.ask([request])
                    sent = True
                except BudgetError:
                    sent = False
                with lock:
                    counts["sent" if sent else "refused"] += 1
                    if sum(counts.values()) == half:
                        print("half", flush=True)
                if sent and turn % 3:  # the others are still on their way when the process ends
                    store.finish_reply(request.id, state="done", text="Little.", cost=bound if turn % 2 else bound / 7)

        with ThreadPoolExecutor(len(mine)) as threads:
            for done in [threads.submit(ask, owner) for owner in mine]:
                done.result()
    print(json.dumps(counts), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], Decimal(sys.argv[2]), *map(int, sys.argv[3:]))
