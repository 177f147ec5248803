"""Reads the requests of PowerShell scripts: Invoke-RestMethod, Invoke-WebRequest, and curl.

https://learn.microsoft.com/powershell/module/microsoft.powershell.utility/invoke-restmethod
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from playground.importing.bounds import check_pieces
from playground.importing.commands.command import LEFT_AS_WRITTEN, Command, Request, dashed
from playground.importing.commands.powershell_values import KEY, SPACE, VARIABLE, PassedOverError, Values
from playground.importing.imported import UnreadableError

CMDLET = re.compile(r"(?:Invoke-(?:RestMethod|WebRequest)|irm|iwr)(?![\w.-])", re.IGNORECASE)
_CURL = re.compile(r"(?:[\w:\\/.-]{0,200}[\\/])?curl(?:\.exe)?(?![\w.-])", re.IGNORECASE)
_CMDLETS_OPTION = re.compile(r"(?<!\S)-(?:Uri|Body|Method|Headers|ContentType)\b")
_ASSIGNMENT = re.compile(
    r"\$\{?((?:env:)?\w+)\}?(?:\.(\w+)|\[[\"'](\w+)[\"']\])?[ \t]*(\+?)=(?!=)[ \t]*", re.IGNORECASE
)
_SECRET = {
    "credential",
    "token",
    "authentication",
    "certificate",
    "certificatethumbprint",
    "websession",
    "proxycredential",
}
_IDLE = {
    "uri",
    "method",
    "headers",
    "body",
    "contenttype",
    "usebasicparsing",
    "timeoutsec",
    "useragent",
    "outfile",
    "verbose",
}


def find_requests(text: str) -> list[Request | Command]:
    """The requests of cmdlets and the commands that call curl in a script, in order. Raises UnreadableError."""
    return _Script(text.replace("\r\n", "\n").replace("\r", "\n")).found()


class _Script(Values):
    """Reads assignments and requests of a script, and skips everything else."""

    def found(self) -> list[Request | Command]:
        found: list[Request | Command] = []
        fresh, pieces = True, 0
        while self.at < len(self.text):
            pieces += 1
            check_pieces(pieces)
            if self.take(SPACE):
                fresh = True
                continue
            start = self.at
            try:
                if not fresh:
                    self._pass()
                elif (sent := self._statement()) is not None:
                    found.append(sent)
            except PassedOverError:
                pass
            self.at = max(self.at, start + 1)
            before = self.text[self.at - 1 : self.at]
            fresh = not (before.isalnum() or before in "-_$.\\/")
        return found

    def _statement(self) -> Request | Command | None:
        if assigned := self.take(_ASSIGNMENT):
            if not (CMDLET.match(self.text, self.at) or _CURL.match(self.text, self.at)):
                self._assign(assigned)
        elif self.take(CMDLET):
            self.unknown = ""
            return self._request()
        elif curl := self.take(_CURL):
            self.unknown = ""
            line = self.text[self.at : self.at + 2_000].partition("\n")[0]
            return self._request() if "." not in curl[0] and _CMDLETS_OPTION.search(line) else self._command()
        else:
            self._pass()
        return None

    def _assign(self, assigned: re.Match[str]) -> None:
        name, part, added, value = assigned[1].lower(), assigned[2] or assigned[3], assigned[4], self.pipeline()
        before = self.variables.get(name)
        if part is not None:
            if isinstance(before, dict):
                before[part] = value
        elif not added or before is None:
            self.variables[name] = value
        elif isinstance(before, list):
            self.variables[name] = [*before, *(value if isinstance(value, list) else [value])]
        elif isinstance(before, str) and isinstance(value, str):
            self.variables[name] = before + value
        elif isinstance(before, dict) and isinstance(value, dict):
            self.variables[name] = {**before, **value}

    def _pass(self) -> None:
        """Skip one token; a string as a whole, because its content is no script."""
        if self.here_string() is None and self.quoted() is None and self.take(KEY) is None:
            self.at += 1

    def _request(self) -> Request:
        positional, parameters = self.arguments()
        request = Request(url=str(parameters.get("uri", positional[0] if positional else "")))
        headers = parameters.get("headers")
        request.headers += map(str, headers) if isinstance(headers, Mapping) else []
        for name in parameters:
            if name in _SECRET:
                request.notes.append(f"-{name} left out: credentials and sessions are never taken over.")
            elif name not in _IDLE:
                request.notes.append(f"-{name} left out.")
        if "infile" in parameters and "body" not in parameters:
            raise UnreadableError("The body is in a file, which cannot be read from here: paste its text instead.")
        request.body = _sent(parameters.get("body"))
        if self.unknown:
            request.notes.append(LEFT_AS_WRITTEN.format(self.unknown))
        return request

    def _command(self) -> Command:
        command = Command(["curl"])
        while not self.ended():
            command.arguments.append(dashed(self.word()))
        command.variable = self.unknown
        return command


def _sent(body: Any) -> str:
    if isinstance(body, str) and VARIABLE.fullmatch(body):
        raise UnreadableError(
            f"The body is in {body}, whose value cannot be read from what was pasted: paste that too."
        )
    return body if isinstance(body, str) else "" if body is None else json.dumps(body, ensure_ascii=False)
