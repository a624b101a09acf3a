"""The shipped settings with a faster beat, so that a test sees many ticks."""

from typing import Any

from clinic.settings import *  # noqa: F403
from clinic.settings import CELERY_BEAT_SCHEDULE as _SHIPPED

SECONDS = 0.5
CELERY_BEAT_SCHEDULE: dict[str, Any] = {  # type: ignore[no-redef]
    name: entry | {"schedule": SECONDS, "options": {"expires": 5 * SECONDS}} for name, entry in _SHIPPED.items()
}
CELERY_BEAT_MAX_LOOP_INTERVAL = SECONDS
