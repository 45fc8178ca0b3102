"""The WSGI entry point that gunicorn serves."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "servicedesk.settings")

application = get_wsgi_application()

from servicedesk.unreadable import speak_in_problems  # noqa: E402 - Django's settings come first

speak_in_problems()

# What is loaded now stays for good: the collector of cyclic garbage need not walk it again and again.
get_resolver().url_patterns  # noqa: B018 - loads the views
gc.collect()
gc.freeze()
