"""What the fork server of tests/processes.py loads once, so that each child is there in milliseconds.

Django is set up, nothing is connected: an open connection must not be shared over a fork.
"""

import gc
from importlib import import_module

import django

django.setup()

from django.db import connection  # noqa: E402
from django.template.loader import get_template  # noqa: E402
from django.urls import get_resolver  # noqa: E402

from booking.rules.rulebook import load_rulebook  # noqa: E402
from tests.environment import ROOT  # noqa: E402

# Loads the driver.
VENDOR = connection.vendor

# What a request needs before its first line is drawn: without it, each child of each race reads all of it anew.
get_resolver().check()
for name in ("tests.races.contest", "tests.races.panel_hands"):
    import_module(name)
load_rulebook()
for template in sorted((ROOT / "templates").glob("panel/**/*.html")):
    get_template(str(template.relative_to(ROOT / "templates")))
gc.collect()
gc.freeze()
