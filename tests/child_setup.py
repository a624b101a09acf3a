"""What the fork server of tests/processes.py loads once, so that each child is there in milliseconds.

Django is set up, nothing is connected: an open connection must not be shared over a fork.
"""

import django

django.setup()

from django.db import connection  # noqa: E402

# Loads the driver.
VENDOR = connection.vendor
