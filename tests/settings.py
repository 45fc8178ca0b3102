"""The product's settings, where a test should not wait or reach outside."""

import os
import tempfile

SCRATCH = tempfile.TemporaryDirectory(prefix="desk-tests-")  # gone when the process ends
os.environ.setdefault("DATA_DIR", SCRATCH.name)
os.environ.setdefault("SECRET_KEY", "only for tests, never in use anywhere else")

from servicedesk.settings import *  # noqa: E402, F403
from servicedesk.settings import DATABASE  # noqa: E402
from tests import databases  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
CACHES = {name: {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": name} for name in ("default", "rate")}
SESSION_ENGINE = "django.contrib.sessions.backends.db"
API_ANONYMOUS_RATE = "100000/min"  # one address asks for all tests
# Nudges are only a courtesy to the workers; no worker listens here.
CELERY_BROKER_URL = "memory://"
CELERY_BROKER_TRANSPORT_OPTIONS = {}
PEERS_AT_ONCE = 1  # other threads would not see what a test has not committed
# Every test has a client of its own, and each would list all static files before its first request.
WHITENOISE_AUTOREFRESH = True
# Each process starts with a copy of a database in which the migrations were carried out once.
if DATABASE["ENGINE"].endswith("postgresql"):
    DATABASE["TEST"]["TEMPLATE"] = databases.on_server()
