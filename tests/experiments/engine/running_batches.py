"""A process that runs an experiment at Workers AI until it is killed; arguments: the database, the server, its id."""

import sys

from playground.experiments.engine.runner import ExperimentRunners
from playground.models.roster import Roster
from playground.owner import DEFAULT_OWNER
from playground.store import open_stores
from tests.experiments.engine.test_batches import account

if __name__ == "__main__":
    database, server, experiment_id = sys.argv[1:]
    roster = Roster({"cloudflare": account(server)})
    with open_stores(database) as stores:
        ExperimentRunners(stores, lambda _: roster).of(DEFAULT_OWNER).start(experiment_id).result()
