import logging
import logging.config
import os
import warnings
from typing import Any

import django
from celery import Celery
from celery.exceptions import CPendingDeprecationWarning
from celery.signals import beat_init, celeryd_after_setup, celeryd_init, setup_logging, worker_ready
from django.conf import settings
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings")

app = Celery("clinic")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["booking"])


@setup_logging.connect
def _log_like_the_rest(**_: Any) -> None:
    # With a receiver here Celery leaves logging alone, and with it the rule of what may be logged.
    from clinic.running.checks import require_configuration

    # Also the first that a beat of its own says.
    require_configuration()
    logging.config.dictConfig(settings.LOGGING)


# A worker that is not ready ends here, before anything is connected or forked.
@celeryd_init.connect
@beat_init.connect
def _require_everything(**_: Any) -> None:
    from django.db import connections

    from clinic.running.checks import require_configuration, require_database

    require_configuration()
    django.setup()
    require_database()
    # The children of a forking pool must not share a connection.
    connections.close_all()
    if settings.IS_DEMO:
        # On a bare machine the demo runs as root. What Celery warns of is pickle, and ours takes JSON only.
        warnings.filterwarnings("ignore", message="You're running the worker with superuser privileges")


# After Celery has set up its logging, which turns these on.
@celeryd_after_setup.connect
def _leave_the_future_alone(**_: Any) -> None:
    """Of what a later version will do when the broker is lost; a task that runs twice does no harm here."""
    warnings.filterwarnings("ignore", category=CPendingDeprecationWarning)


@worker_ready.connect
def _begin_at_once(**_: Any) -> None:
    """What fell due while no worker ran waits for no tick; where the broker has gone again meanwhile, for the next one."""
    from clinic.running.ticks import TICKS

    try:
        for tick in TICKS:
            app.send_task(tick.task)
    except OperationalError:
        logger.warning("The broker is away: what fell due meanwhile waits for the next tick.")
