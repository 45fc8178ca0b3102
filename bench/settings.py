"""The product's settings with the yardstick's addresses beside its own, and no rate limit in the way."""

import os

os.environ.setdefault("API_RATE", "1000000/s")

from servicedesk.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
