"""A process of its own that receives answers: `python writer.py URL [REPLIES]`.

It says "reply ID" for each reply, then grows them all without end, saying "saved N" after the Nth save of all; a line
on its standard input makes it finish them and say "finished".
"""

import sys
import threading

from playground.messages import Message
from playground.owner import DEFAULT_OWNER
from playground.store import open_stores

asked = threading.Event()


def listen() -> None:
    sys.stdin.readline()
    asked.set()


stores = open_stores(sys.argv[1])
store = stores.of(DEFAULT_OWNER)
chat = store.create_conversation(model="m")
question = store.add_turn(chat.id, None, Message("user", "Count."))
replies = [store.start_reply(chat.id, question.id, model="m") for _ in range(int(sys.argv[2]))]
for reply in replies:
    print("reply", reply, flush=True)
threading.Thread(target=listen, daemon=True).start()
text, saves = "", 0
while not asked.is_set():
    saves += 1
    text += f"{saves} "
    for reply in replies:
        store.save_partial(reply, text, reasoning=text)
    print("saved", saves, flush=True)
for reply in replies:
    store.finish_reply(reply, state="done", text=text)
print("finished", flush=True)
