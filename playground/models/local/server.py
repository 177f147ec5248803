"""The child process that llama.cpp runs in: a script that reads its configuration as JSON from standard input.

It imports nothing of the playground. It writes one line of JSON to standard output, {"address": …} or {"error": …},
and serves until its standard input closes, which also happens when the parent process dies.
"""

import faulthandler
import json
import os
import sys
from typing import Any

_ERRORS_ONLY = 1


def main() -> None:
    config = json.loads(sys.stdin.readline())
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # llama.cpp must not write into our one line
    # Damaged files can make llama.cpp loop for ever, with the interpreter locked: this timer needs no interpreter.
    faulthandler.dump_traceback_later(config["load_within_s"], exit=True)
    try:
        import xllamacpp

        server = xllamacpp.Server(_params(xllamacpp, config))
    except ImportError as error:
        reply = {"error": f"llama.cpp cannot be started here: {error}"}
    except RuntimeError:
        reply = {"error": ""}  # the reason is on standard error
    else:
        reply = {"address": server.listening_address}
    faulthandler.cancel_dump_traceback_later()
    answer.write(json.dumps(reply) + "\n")
    answer.close()
    if "address" in reply:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        sys.stdin.read()
    os._exit(0)  # a regular exit would wait until llama.cpp has finished computing


def _params(xllamacpp: Any, config: dict[str, Any]) -> Any:
    params = xllamacpp.CommonParams()
    params.model.path = config["path"]
    params.n_ctx = config["context"] * config["slots"]  # llama.cpp divides it among the slots
    params.n_parallel = config["slots"]
    params.cpuparams.n_threads = max(config["threads"] - 1, 1)  # one processor is left for the page meanwhile
    params.cpuparams_batch.n_threads = config["threads"]
    params.n_batch = params.n_ubatch = 64  # a long prompt gives way to other answers, and to Stop, this often
    params.cache_ram_mib = 256
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [config["key"]]
    params.ui = False
    params.offline = True
    params.verbosity = _ERRORS_ONLY
    return params


if __name__ == "__main__":
    main()
