"""A curl command as a request: https://curl.se/docs/manpage.html. Tokens are left where they were."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from playground.importing.commands.command import LEFT_AS_WRITTEN, Command, Request
from playground.importing.imported import UnreadableError

_DATA = frozenset({"--data", "--data-ascii", "--data-raw", "--data-binary", "--json"})
_SHORT = {"d": "--data", "H": "--header", "X": "--request", "u": "--user", "F": "--form", "G": "--get", "K": "--config"}
_SHORT_WITH_VALUE = frozenset("dHXuFAebcomwxTKECQrtyYzDPU")
_OPTIONS_WITH_VALUE = """
    abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config connect-timeout connect-to
    continue-at cookie cookie-jar create-file-mode crlfile curves data data-ascii data-binary data-raw
    data-urlencode delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url dump-header ech egd-file
    engine etag-compare etag-save expand-data expand-header expand-json expand-url expect100-timeout form
    form-string ftp-account ftp-alternative-to-user ftp-method ftp-port ftp-ssl-ccc-mode happy-eyeballs-timeout-ms
    haproxy-clientip header hostpubmd5 hostpubsha256 hsts interface ip-tos ipfs-gateway json keepalive-cnt
    keepalive-time key key-type krb libcurl limit-rate local-port login-options mail-auth mail-from mail-rcpt
    max-filesize max-redirs max-time netrc-file noproxy oauth2-bearer output output-dir parallel-max pass
    pinnedpubkey preproxy proto proto-default proto-redir proxy proxy-cacert proxy-capath proxy-cert proxy-cert-type
    proxy-ciphers proxy-crlfile proxy-header proxy-key proxy-key-type proxy-pass proxy-pinnedpubkey
    proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser proxy-user proxy1.0
    pubkey quote random-file range rate referer request request-target resolve retry retry-delay retry-max-time
    sasl-authzid service-name sigalgs socks4 socks4a socks5 socks5-gssapi-service socks5-hostname speed-limit
    speed-time stderr telnet-option tftp-blksize time-cond tls-max tls13-ciphers tlsauthtype tlspassword tlsuser
    trace trace-ascii trace-config unix-socket upload-file url url-query user user-agent variable vlan-priority
    write-out
"""
"""All options of curl 8.17, and --expand-… of those that send something."""
_WITH_VALUE = frozenset(f"--{name}" for name in _OPTIONS_WITH_VALUE.split())
_SECRET = frozenset(
    {"--user", "--oauth2-bearer", "--cookie", "-b", "--key", "--cert", "-E", "--pass", "--proxy-user", "-U"}
    | {"--proxy-header", "--netrc-file", "--proxy-pass", "--tlspassword", "--aws-sigv4"}
)
_NOT_BODIES = frozenset(
    {"--form", "--form-string", "--data-urlencode", "--upload-file", "-T", "--get", "--url-query", "--variable"}
    | {"--expand-data", "--expand-json", "--expand-url", "--expand-header"}
)


@dataclass(slots=True)
class _Options:
    request: Request = field(default_factory=Request)
    pieces: list[str] = field(default_factory=list)
    joined: str = "&"


def read_curl(command: Command) -> Request:
    """The request of a curl command. Raises UnreadableError where its body is in a file."""
    collected = _Options()
    notes = collected.request.notes
    notes += command.notes
    if command.variable:
        notes.append(LEFT_AS_WRITTEN.format("$NAME" if command.variable.startswith("$") else "%NAME%"))
    for option, value in options(command):
        if option == "--next":
            notes.append("It sends several requests: the first is taken.")
            break
        _take(collected, option, value, command.stdin)
    collected.request.body = collected.joined.join(collected.pieces)
    return collected.request


def options(command: Command) -> Iterator[tuple[str, str]]:
    """The options of a curl command by their long names, with their values; an address is the value of --url."""
    rest = iter(command.arguments[1:])
    for word in rest:
        if word.startswith("--") and len(word) > 2:
            name, equals, value = word.partition("=")
            if equals and name in _WITH_VALUE:
                yield name, value
            else:
                yield word, next(rest, "") if word in _WITH_VALUE else ""
        elif word.startswith("-") and len(word) > 1:
            for number, letter in enumerate(word[1:], 1):
                name = "--next" if letter == ":" else _SHORT.get(letter, f"-{letter}")
                if letter in _SHORT_WITH_VALUE:
                    yield name, word[number + 1 :] or next(rest, "")
                    break
                yield name, ""
        elif word:
            yield "--url", word


def _take(options: _Options, option: str, value: str, stdin: str | None) -> None:
    notes = options.request.notes
    if option == "--url":
        options.request.url = options.request.url or value
    elif option == "--header":
        options.request.headers.append(value.partition(":")[0].partition(";")[0])
    elif option in _DATA:
        if option == "--json":
            options.joined = ""
        options.pieces += _data(option, value, stdin)
    elif option == "--config":
        notes.append("--config left out: what is in that file cannot be read from here.")
    elif option in _SECRET:
        notes.append(f"{option} left out: credentials are never taken over.")
    elif option in _NOT_BODIES:
        notes.append(f"{option} left out: only JSON bodies are understood.")


def _data(option: str, value: str, stdin: str | None) -> list[str]:
    if not value.startswith("@") or option == "--data-raw":
        return [value]
    if value in ("@-", "@/dev/stdin"):
        if stdin is None:
            raise UnreadableError(
                "The body comes from another command or a file, which are not here: paste it instead."
            )
        return [stdin.replace("\n", "").replace("\r", "") if option in ("--data", "--data-ascii") else stdin]
    raise UnreadableError(f"The body is in the file {value[1:]!r}, which cannot be read from here: paste it instead.")
