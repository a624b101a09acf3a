"""Addresses of other websites, as a browser says from which one it asks: https, the host, and a port that is not 443."""

import re

LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
ORIGIN = re.compile(rf"https://({LABEL}(?:\.{LABEL})*)(?::([0-9]{{1,5}}))?")
LONGEST_HOST, LAST_PORT, USUAL_PORT = 253, 65_535, 443


def is_origin(line: str) -> bool:
    """Whether a browser could send `line` just so."""
    found = ORIGIN.fullmatch(line)
    if found is None:
        return False
    host, port = found.groups()
    is_port = port is None or (str(int(port)) == port and 0 < int(port) <= LAST_PORT and int(port) != USUAL_PORT)
    return is_port and len(host) <= LONGEST_HOST


def tidy_origins(text: str) -> str:
    """One a line, each once, as browsers write what people type: "https://Müller.example/" has a name of its own there.

    What is no address stays as it is, for the validator to name.
    """
    return "\n".join(dict.fromkeys(_tidy(line) for line in text.split()))


def _tidy(line: str) -> str:
    tidied = line.lower().removesuffix("/").removesuffix(f":{USUAL_PORT}")
    scheme, slashes, rest = tidied.partition("://")
    try:
        host = rest.encode("idna").decode("ascii")
    except UnicodeError:
        return line
    tidied = f"{scheme}{slashes}{host}"
    return tidied if is_origin(tidied) else line
