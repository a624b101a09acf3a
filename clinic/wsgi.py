"""What gunicorn loads. A server whose settings or database are not in order says why and ends; see clinic/checks.py."""

import os

import django
from django.core.wsgi import get_wsgi_application
from django.db import connections

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

# With this status gunicorn stops; with any other it would start the worker again and again.
GUNICORN_APP_LOAD_ERROR = 4


def _require_everything() -> None:
    from clinic.checks import require_configuration, require_database, require_static_files

    require_configuration(exit_status=GUNICORN_APP_LOAD_ERROR)
    django.setup(set_prefix=False)
    require_database(exit_status=GUNICORN_APP_LOAD_ERROR)
    require_static_files(exit_status=GUNICORN_APP_LOAD_ERROR)
    connections.close_all()


_require_everything()
application = get_wsgi_application()
