"""For a server of your own in place of the one that `up` runs. One whose settings or database are not in order says why and ends; see clinic/running/checks.py."""

import os
import sys

import django
from django.core.wsgi import get_wsgi_application
from django.db import connections

from clinic.running.waits import limit_waits

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

# With this status gunicorn stops; with any other it would start the worker again and again.
GUNICORN_APP_LOAD_ERROR = 4


def _require_everything() -> None:
    """A database that is away stops nothing here: the pages say so until it is back."""
    from clinic.running.checks import database_trouble, require_configuration, require_database, require_static_files

    require_configuration(exit_status=GUNICORN_APP_LOAD_ERROR)
    django.setup(set_prefix=False)
    from booking.web.site import load_site

    if trouble := database_trouble():
        print(f"The web server runs, but {trouble}.", file=sys.stderr, flush=True)
    else:
        require_database(exit_status=GUNICORN_APP_LOAD_ERROR)
        load_site()  # keeps name and phone for the pages that say so
    require_static_files(exit_status=GUNICORN_APP_LOAD_ERROR)
    connections.close_all()


limit_waits()
_require_everything()
application = get_wsgi_application()
