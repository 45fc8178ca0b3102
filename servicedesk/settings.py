"""Settings of the service desk.

Two ways to run, told apart by the environment alone: without ``DATABASE_URL`` and ``REDIS_URL`` the
embedded default (SQLite, a broker made of files, a cache table), with them PostgreSQL and Redis.
Every variable is described in docs/settings.md.
"""

from __future__ import annotations

import logging
import os
import tempfile
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

from servicedesk import broker, openapi
from servicedesk.logs import logging_settings
from servicedesk.schedule import SCHEDULE

env = environ.Env()
env.ENVIRON = {name: value for name, value in os.environ.items() if value}  # set but empty is not set
BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("DATA_DIR", default=str(BASE_DIR / "var"))).resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)


def secret_key() -> str:
    """Answer the key of the environment, or one made once and kept readable for its owner only."""
    if given := env.str("SECRET_KEY", default=""):
        return given
    path = DATA_DIR / "secret_key"
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=DATA_DIR) as file:  # made with mode 0600
            file.write(get_random_secret_key())
            file.flush()
            with suppress(FileExistsError):  # another process was first: its key holds
                os.link(file.name, path)
    return path.read_text()


# --- Who may talk to us -------------------------------------------------------------------------
SECRET_KEY = secret_key()
DEBUG = env.bool("DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
PUBLIC_URL = env.str("PUBLIC_URL", default=f"http://localhost:{env.str('PORT', default='8000')}").rstrip("/")
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[PUBLIC_URL])

# --- Parts --------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "servicedesk",
    "core",
    "accounts",
    "sla",
    "notifications",
    "customers",
    "obligations",
    "documents",
    "tickets",
    "visits",
    "inspections",
    "parts",
    "knowledge",
    "loops",
    "surveys",
    "care",
    "catalogue",
    "entitlements",
    "training",
    "archive",
    "scoresheets",
    "reports",
    "status",
    "integrations",
    "clients",
    "mailroom",
    "tmf",
    "inbound",
    "transfer",
    "peers",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "csp",
    "django_filters",
    "django_htmx",
    "django_structlog",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "oauth2_provider",
    "rest_framework",
    "simple_history",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "servicedesk.api_requests.ApiRequests",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "servicedesk.problems.DomainErrors",
    "servicedesk.throttles.RateLimits",
    "servicedesk.repeats.Repeats",
]
ROOT_URLCONF = "servicedesk.urls"
WSGI_APPLICATION = "servicedesk.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# --- Network ------------------------------------------------------------------------------------
# A name server that does not answer must not hold a request longer than the other side may: two tries of two seconds, not of five.
os.environ.setdefault("RES_OPTIONS", "timeout:2 attempts:2")

# --- Database, cache ----------------------------------------------------------------------------
SQLITE_OPTIONS = {
    # Measured: with Django's defaults 483 of 600 concurrent writes failed with "database is locked".
    "timeout": 20,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA journal_size_limit=67108864;PRAGMA temp_store=MEMORY;",
}
DATABASE: dict[str, Any] = env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'desk.sqlite3'}")
if DATABASE["ENGINE"].endswith("sqlite3"):
    DATABASE.setdefault("OPTIONS", {}).update(SQLITE_OPTIONS)
else:
    DATABASE.update(CONN_MAX_AGE=env.int("CONN_MAX_AGE", default=60), CONN_HEALTH_CHECKS=True)
    DATABASE["TEST"] = {"NAME": env.str("DB_TEST_NAME", default="test_servicedesk")}
DATABASES = {"default": DATABASE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="")
if REDIS_URL:
    CACHE = {"BACKEND": "servicedesk.cache.PatientRedisCache", "LOCATION": REDIS_URL}
    CACHE_OPTIONS = {"socket_connect_timeout": 1, "socket_timeout": 2}
    CACHES: dict[str, Any] = {
        "default": {**CACHE, "OPTIONS": CACHE_OPTIONS, "KEY_PREFIX": "desk"},
        "rate": {**CACHE, "OPTIONS": CACHE_OPTIONS, "KEY_PREFIX": "rate"},
    }
else:
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "django_cache"},
        # There is one web process here, so its memory is enough to count requests in.
        "rate": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "rate"},
    }

# --- Files --------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [path for path in (BASE_DIR / "static", BASE_DIR / "build" / "static") if path.is_dir()]
# The container image collects, hashes and compresses once; a checkout serves its files as they are.
STATIC_MANIFEST = env.bool("STATIC_MANIFEST", default=False)
WHITENOISE_USE_FINDERS = not STATIC_MANIFEST
WHITENOISE_MAX_AGE = 300
STATICFILES_BACKEND = (
    "whitenoise.storage.CompressedManifestStaticFilesStorage"
    if STATIC_MANIFEST
    else "django.contrib.staticfiles.storage.StaticFilesStorage"
)
# What set-up made of the font packages; embedded in documents, not served.
FONTS_DIR = BASE_DIR / "build" / "fonts"
# Uploads have no URL of their own: every attachment goes through a view that asks who is reading.
MEDIA_ROOT = DATA_DIR / "uploads"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": STATICFILES_BACKEND},
}
FILE_UPLOAD_PERMISSIONS = 0o640
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
ATTACHMENTS_MAX = env.int("ATTACHMENTS_MAX", default=10)
IMPORT_MAX_BYTES = env.int("IMPORT_MAX_MB", default=500) * 1024 * 1024
"""What may be uploaded to be imported: read a row at a time, never whole."""
PEERS_LEASE_SECONDS = env.int("PEERS_LEASE_SECONDS", default=60)
"""How long a worker that was killed keeps what it served of a peer helpdesk, one ticket each time, from the others."""
PEERS_AT_ONCE = env.int("PEERS_AT_ONCE", default=4)
"""How many tickets of peer helpdesks one worker serves side by side."""
REMEDY_LIMIT = Decimal(env.str("REMEDY_LIMIT", default="5000"))
"""From more than this (CNY) on, what a repair, an exchange or a compensation costs us waits for a manager."""
ATTACHMENT_MAX_BYTES = env.int("ATTACHMENT_MAX_MB", default=20) * 1024 * 1024

# --- Language, time -----------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="Asia/Shanghai")

# --- People -------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS: list[dict[str, Any]] = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "UserAttributeSimilarityValidator": {"user_attributes": ("email", "name", "phone")},
        "MinimumLengthValidator": {"min_length": 10},
        "CommonPasswordValidator": {},
        "NumericPasswordValidator": {},
    }.items()
]
# Who may read which plan follows from contracts, which the app of the plans knows nothing of.
PLANS_SEEN_BY = "customers.selectors.plans_for"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.LoginForm",
    "reset_password": "accounts.forms.ForgottenForm",
    "reset_password_from_key": "accounts.forms.NewPasswordForm",
    "change_password": "accounts.forms.ChangePasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # accounts are made by an administrator, nobody signs up
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # nobody is sent mail because a stranger typed their address
ACCOUNT_SESSION_REMEMBER = None  # the person chooses; without, the session ends with the browser
LOGIN_HINT = env.str("LOGIN_HINT", default="")
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "10/m/ip,5/5m/key",
    "reset_password": "20/m/ip,5/h/key",
    "change_password": "5/m/user",
}

# --- Browser ------------------------------------------------------------------------------------
HTTPS = env.bool("HTTPS", default=PUBLIC_URL.startswith("https://"))
SESSION_ENGINE = "django.contrib.sessions.backends." + ("cached_db" if REDIS_URL else "db")
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True  # pages hand the token to htmx themselves
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz(/deep)?$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=HTTPS)
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Throttles count by the caller's own address: the last one that our proxy wrote, or the connection's.
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src-elem": [SELF],
        "style-src-attr": ["'unsafe-inline'"],  # charts place their tooltips with style attributes
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- REST ---------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "clients.tokens.BearerAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated", "accounts.tokens.ScopePermission"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.api_parsers.JsonParser", "core.api_parsers.FileParser"],
    "DEFAULT_FILTER_BACKENDS": ["core.api_filters.StrictFilters"],
    "DEFAULT_METADATA_CLASS": "core.api_options.Options",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,
    "EXCEPTION_HANDLER": "servicedesk.problems.handle",
    "DATETIME_FORMAT": "iso-8601",
}
# How often a person may ask, with all tokens together, and who shows none that is known (servicedesk/throttles.py).
API_RATE = env.str("API_RATE", default="1200/min")
API_ANONYMOUS_RATE = env.str("API_ANONYMOUS_RATE", default="60/min")
OAUTH2_PROVIDER_APPLICATION_MODEL = "clients.ApiClient"
OAUTH2_PROVIDER: dict[str, Any] = {
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",  # client credentials and nothing else
    "OAUTH2_VALIDATOR_CLASS": "clients.oauth.ClientValidator",
    "SCOPES_BACKEND_CLASS": "clients.scopes.ClientScopes",
    "ACCESS_TOKEN_GENERATOR": "clients.oauth.new_access_token",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,  # tokens are kept as hashes
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Pledge Desk",
    "DESCRIPTION": "Tickets, the promises made about them, and who is served. See docs/api.md for a start, docs/examples.md for programs.",
    "CONTACT": {"name": "Whoever runs the desk"},
    "VERSION": "1",
    "OAS_VERSION": "3.1.1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v[0-9]+",
    "ENUM_NAME_OVERRIDES": openapi.ENUM_NAMES,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "servicedesk.openapi.describe_problems",
        "servicedesk.openapi.describe_conditions",
        "servicedesk.described.refusals.describe_refusals",
        "servicedesk.described.webhooks.describe_webhooks",
        "servicedesk.described.groups.describe_groups",
        "servicedesk.described.groups.loosen_alternatives",
        "servicedesk.described.examples.describe_examples",
    ],
}

# --- Mail ---------------------------------------------------------------------------------------
vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
EMAIL_TIMEOUT = 20
CANARY_ADDRESS = env.str("CANARY_ADDRESS", default="canary@desk.invalid")
# Whether webhooks may go to addresses inside a network, and without TLS: for trying them out, and for desks that stand inside one.
WEBHOOKS_ALLOW_PRIVATE = env.bool("WEBHOOKS_ALLOW_PRIVATE", default=False)
# How long the feed of changes can be followed back.
CHANGES_KEPT_DAYS = env.int("CHANGES_KEPT_DAYS", default=30)
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
# So many mails about what runs late go to a person by themselves; what is more within the window becomes one mail at its end.
ESCALATION_MAILS = env.int("ESCALATION_MAILS", default=5)
ESCALATION_WINDOW_MINUTES = env.int("ESCALATION_WINDOW_MINUTES", default=15)
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("MAIL_FROM", default="Pledge Desk <desk@localhost>")

# Where answers to our mails go, whether that server takes name+anything@, and where bounces go if not to MAIL_FROM.
MAIL_REPLY_ADDRESS = env.str("MAIL_REPLY_ADDRESS", default="").strip().lower()
MAIL_REPLY_TAGS = env.bool("MAIL_REPLY_TAGS", default=True)
MAIL_ENVELOPE_FROM = env.str("MAIL_ENVELOPE_FROM", default="").strip()
# Under which names the mail servers in front write Authentication-Results (RFC 8601); what they refute waits for a person.
MAIL_AUTHSERV_IDS = {name.strip().lower() for name in env.list("MAIL_AUTHSERV_IDS", default=[])} - {""}
MAILBOXES_ALLOW_PRIVATE = env.bool("MAILBOXES_ALLOW_PRIVATE", default=False)
# What of one sender, and in all, becomes anything by itself within ten minutes; the rest waits in the review tray.
MAIL_SENDER_LIMIT = env.int("MAIL_SENDER_LIMIT", default=20)
MAIL_TOTAL_LIMIT = env.int("MAIL_TOTAL_LIMIT", default=300)
MAIL_MAX_BYTES = env.int("MAIL_MAX_MB", default=35) * 1024 * 1024
MAIL_KEPT_DAYS = env.int("MAIL_KEPT_DAYS", default=365)

# --- Record of changes --------------------------------------------------------------------------
SIMPLE_HISTORY_DATE_INDEX = "Composite"
SIMPLE_HISTORY_ENFORCE_HISTORY_MODEL_PERMISSIONS = True

# --- Background work ----------------------------------------------------------------------------
CELERY_BROKER_URL, CELERY_BROKER_TRANSPORT_OPTIONS = broker.settings_for(REDIS_URL, DATA_DIR / "queue")
CELERY_BEAT_SCHEDULE = SCHEDULE
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
# A nudge from a request must not hold the answer up: the sweep finds what a lost nudge left.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 1000
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 250_000
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30.0 if REDIS_URL else 3.0
CELERY_WORKER_ENABLE_SOFT_SHUTDOWN_ON_IDLE = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = bool(REDIS_URL)
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None

# --- Logs ---------------------------------------------------------------------------------------
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO  # a stranger's wrong address is no warning
LOGGING_CONFIG = "servicedesk.logs.configure"
LOGGING = logging_settings(level=env.str("LOG_LEVEL", default="WARNING"), json=env.str("LOG_FORMAT", default="text") == "json")

SITE_NAME = _("Pledge Desk")
PROVIDER_NAME = env.str("PROVIDER_NAME", default="")
