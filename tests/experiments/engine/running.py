"""A process that runs an experiment until it is killed; arguments: the database, the server, the experiment's id."""

import sys

from playground.experiments.engine.runner import ExperimentRunners
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER
from playground.providers import Connection
from playground.store import open_stores

if __name__ == "__main__":
    database, server, experiment_id = sys.argv[1:]
    roster = Roster({"server": Connection(kind="openai_compatible", name="server", base_url=server)})
    with open_stores(database) as stores:
        end = ExperimentRunners(stores, lambda _: roster).of(DEFAULT_OWNER).start(experiment_id)
        print("running", flush=True)
        end.result()
        print("ended", flush=True)
