"""A process that adds connections of an owner: `python adder.py URL FOLDER NAME NUMBER`, once a line comes in."""

import sys
from pathlib import Path

from playground.connections.key_file import KeyFile
from playground.connections.own import OwnConnections
from playground.connections.own_connection import OwnConnection
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER
from playground.providers import Connection
from playground.store import open_stores

with open_stores(sys.argv[1], busy_timeout_s=60) as stores:
    own = OwnConnections(Roster({}), stores.of(DEFAULT_OWNER), KeyFile(Path(sys.argv[2])))
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(int(sys.argv[4])):
        name = f"{sys.argv[3]}-{number}"
        own.put(
            OwnConnection(Connection(kind="openai_compatible", name=name, base_url="http://127.0.0.1:9/v1"), on=False)
        )
