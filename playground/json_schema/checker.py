"""The script of the child process that checks schemas. It imports nothing of the playground.

It reads questions as lines of JSON, {"schema": JSON text} or {"schema": JSON text, "text": JSON text}, and answers each
on one line: {} where it is valid, {"problem": …, "where": …} for an invalid schema, {"format_error": …}, or
{"unchecked": reason}. A question that takes more than CPU_S of processor time ends the process.
"""

import json
import os
import re
import signal
import sys
from typing import Any

CPU_S = 1.0
_MEMORY = 1 << 30
_SHOWN = 200


def main() -> None:
    """Answer until standard input closes, which also happens when the parent process dies."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _limit_memory()
    sys.set_int_max_str_digits(0)
    import jsonschema.validators  # type: ignore[import-untyped]  # noqa: F401  # now, and not while the time runs

    answers.write(b"ready\n")
    answers.flush()
    for line in sys.stdin.buffer:
        _limit_time(CPU_S)
        answer = _answer(line)
        _limit_time(0)
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


def _limit_time(seconds: float) -> None:
    """Have the process killed after so much processor time; 0 removes the limit.

    A signal, because a regular expression that backtracks blocks the interpreter.
    """
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_VIRTUAL, seconds)


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    except (ValueError, OSError):  # macOS knows the limit and does not take it
        return


def _answer(line: bytes) -> dict[str, Any]:
    try:
        question = json.loads(line)
        return _checked(json.loads(question["schema"]), question.get("text"))
    except MemoryError:
        return {"unchecked": "the check takes too much memory"}
    except RecursionError:
        return {"unchecked": "the schema is nested too deeply, or refers to itself without end"}
    except OverflowError:
        return {"unchecked": "a number is too large to be checked"}
    except Exception as error:
        return {"unchecked": f"the check failed ({type(error).__name__})"}


def _checked(schema: Any, text: str | None) -> dict[str, Any]:
    if text is None:
        wrong = _wrong(schema)
        return {} if wrong is None else {"problem": wrong[0], "where": wrong[1]}
    try:
        value = json.loads(text, parse_constant=_no_number)
    except RecursionError:
        return {"unchecked": "the text is nested too deeply"}
    except ValueError as error:
        return {"format_error": f"not JSON: {error}"}
    return _judged(value, schema)


def _judged(value: Any, schema: Any) -> dict[str, Any]:
    from jsonschema import exceptions
    from jsonschema_specifications import REGISTRY  # type: ignore[import-untyped]
    from referencing.exceptions import Unresolvable

    try:
        # This registry knows the meta-schemas and fetches nothing; the library's own default would.
        worst = exceptions.best_match(_draft(schema)(schema, registry=REGISTRY).iter_errors(value))
    except Unresolvable as error:
        # The schema is known that an anchor or a pointer is missing from.
        missing = "not in it" if hasattr(error, "resource") else "not fetched"
        return {"unchecked": f"the schema refers to {str(error.ref)[:_SHOWN]!r}, which is {missing}"}
    except re.error as error:
        return {"unchecked": f"a pattern of the schema cannot be read here: {str(error)[:_SHOWN]}"}
    except (RecursionError, MemoryError, OverflowError):
        raise
    except Exception:
        wrong = _wrong(schema)
        if wrong is None:
            raise
        return {"unchecked": f"the schema is none: {wrong[0]}"}
    if worst is None:
        return {}
    where = "".join(f"[{part!r}]" for part in worst.absolute_path)[:_SHOWN]
    return {"format_error": f"{worst.message[:_SHOWN]}{f' at {where}' if where else ''}"}


def _wrong(schema: Any) -> tuple[str, str] | None:
    """The problem of a schema, and its path."""
    from jsonschema import exceptions

    try:
        _draft(schema).check_schema(schema)
    except exceptions.SchemaError as error:
        first = error.context[0] if error.context else error  # of alternatives, what the first one says
        return first.message[:_SHOWN], ".".join(map(str, first.absolute_path))[:_SHOWN]
    return None


def _draft(schema: Any) -> Any:
    """The validator of the schema's draft, of 2020-12 where it names no known one."""
    from jsonschema import validators

    named = schema.get("$schema") if isinstance(schema, dict) else None
    known = {"$schema": named} if isinstance(named, str) else {}
    return validators.validator_for(known, default=validators.Draft202012Validator)


def _no_number(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")


if __name__ == "__main__":
    main()
