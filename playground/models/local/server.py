"""The child process that llama.cpp runs in: started as a script, told what to serve on its standard input.

It imports nothing of the playground. It answers one line of JSON on standard output, {"address": …} or {"error": …},
and serves until its standard input closes, which the system sees to when the parent ends, however that ends.
"""

import faulthandler
import json
import os
import sys
from typing import Any

_ERRORS_ONLY = 1


def main() -> None:
    asked = json.loads(sys.stdin.readline())
    answer = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # llama.cpp must not write into our one line
    # Damaged files can make llama.cpp loop for ever, with the interpreter locked: this timer needs no interpreter.
    faulthandler.dump_traceback_later(asked["load_within_s"], exit=True)
    try:
        import xllamacpp

        server = xllamacpp.Server(_params(xllamacpp, asked))
    except ImportError as error:
        said = {"error": f"llama.cpp cannot be started here: {error}"}
    except RuntimeError:
        said = {"error": ""}  # the reason is on standard error
    else:
        said = {"address": server.listening_address}
    faulthandler.cancel_dump_traceback_later()
    answer.write(json.dumps(said) + "\n")
    answer.close()
    if "address" in said:
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        sys.stdin.read()
    os._exit(0)  # llama.cpp's own way down first finishes what it is computing


def _params(xllamacpp: Any, asked: dict[str, Any]) -> Any:
    params = xllamacpp.CommonParams()
    params.model.path = asked["path"]
    params.n_ctx = asked["context"] * asked["slots"]  # llama.cpp divides it among the slots
    params.n_parallel = asked["slots"]
    params.cpuparams.n_threads = max(asked["threads"] - 1, 1)  # one processor is left for the page meanwhile
    params.cpuparams_batch.n_threads = asked["threads"]
    params.n_batch = params.n_ubatch = 64  # a long prompt gives way to other answers, and to Stop, this often
    params.cache_ram_mib = 256
    params.hostnames = ["127.0.0.1"]
    params.port = 0
    params.api_keys = [asked["key"]]
    params.ui = False
    params.offline = True
    params.verbosity = _ERRORS_ONLY
    return params


if __name__ == "__main__":
    main()
