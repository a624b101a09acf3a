"""Django's settings. They import with an empty environment; what is wrong with it is in CONFIGURATION_FAULTS."""

import os
from typing import Any
from urllib.parse import quote

import bootstrap_wrapper
from csp.constants import NONE, SELF

from clinic.running.environment import BASE_DIR, read_environment
from clinic.running.sizes import LONGEST_BODY, LONGEST_LIST

# In small letters it is no setting, and no command that prints settings shows it.
_environment = read_environment(variables=os.environ)

# --- What the environment says (names as in .env.example) -----------------------------------------------------------
CONFIGURATION_FAULTS = _environment.faults
CLINIC_MODE = _environment.mode
DATA_DIR = _environment.data_dir
PLACE = _environment.place  # BIND and PORT
SITE_URL = _environment.site_url  # without a slash at the end; links in mails start with it
TRUSTED_PROXIES = _environment.trusted_proxies
SECRET_KEY = _environment.secret_key
LINK_KEY = _environment.link_key  # signs the links in mails
HEALTH_DATA_KEYS = _environment.health_data_keys  # Fernet keys: the first encrypts, all decrypt
ALLOWED_HOSTS = _environment.allowed_hosts
DATABASES = {"default": _environment.database}
REDIS_URL = _environment.redis_url
METRICS_TOKEN = _environment.metrics_token  # who may read /metrics from elsewhere; empty: nobody

DEBUG = False  # everywhere: error pages with values in them would show health answers
IS_DEMO = _environment.is_demo
SECOND_FACTOR_REQUIRED = not IS_DEMO

# --- Applications ---------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "clinic.apps.BackOfficeConfig",  # Django's admin, on record
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "services",
    "booking",
    "clinic",
]
MIDDLEWARE = [
    # First, so that it sees what WhiteNoise serves too. Why pages with secrets may be compressed: docs/decisions/0016.
    "django.middleware.gzip.GZipMiddleware",
    # Before whatever asks for the host, or whether the visitor came by https.
    "clinic.middleware.ClientAddressMiddleware",
    "clinic.middleware.HostMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "clinic.middleware.PermissionsPolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    "clinic.middleware.RefuseMiddleware",
    "clinic.middleware.FactsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "clinic.panel.door.sessions.StaffSessionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
ROOT_URLCONF = "clinic.urls"
WSGI_APPLICATION = "clinic.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

# --- Language and time ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "British English")]  # a catalogue in locale/ for each other one: docs/changing.md
FORMAT_MODULE_PATH = "clinic.running.formats"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"  # inside; every location has its own zone for people

# --- Static files ---------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS: list[Any] = [
    BASE_DIR / "static",
    ("vendor/bootstrap", bootstrap_wrapper.get_bootstrap_dir()),
]
# Collecting takes half a minute, so the demo serves straight from the sources and has no STATIC_ROOT.
STATIC_ROOT = None if IS_DEMO else BASE_DIR / "staticfiles"
WHITENOISE_USE_FINDERS = IS_DEMO
_STATIC_STORAGE = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if IS_DEMO
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _STATIC_STORAGE},
}

# --- Sessions and signing in ----------------------------------------------------------------------------------------
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_SAVE_EVERY_REQUEST = False  # reading a page must not write to the database
SESSION_COOKIE_AGE = 24 * 60 * 60  # seconds; as long as a draft lives
SESSION_EXPIRE_AT_BROWSER_CLOSE = True  # the next person at this device sees nothing that was ticked
SESSION_COOKIE_SAMESITE = "Lax"
# A cookie can be read by whoever holds the device, and some messages say what an answer led to.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SESSION_COOKIE_SECURE = _environment.is_https
CSRF_COOKIE_SECURE = _environment.is_https
# Browsers take a cookie with this prefix from this host alone, not from another one under the same domain.
COOKIE_PREFIX = "__Host-" if _environment.is_https else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
CSRF_COOKIE_AGE = None  # ends with the browser, as the privacy page says; Django would keep it for a year
CSRF_COOKIE_HTTPONLY = True  # pages carry the token in the markup
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL else []
CSRF_FAILURE_VIEW = "booking.web.errors.csrf_failure"
LOGIN_URL = "panel:sign_in"
LOGIN_REDIRECT_URL = "panel:board"
LOGOUT_REDIRECT_URL = "panel:sign_in"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 60 * 60  # seconds; how long a link sets a new password

# --- Headers --------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "connect-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"  # a visit's address is a key; it must not travel to other sites
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = _environment.is_https
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # asked from inside, past the proxy
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if _environment.is_https else 0
# Without a proxy of ours in front, anyone could send this header; from other peers the middleware takes it away.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
# Of what is typed, and of a file in memory: a list of people is in no file under a name. See clinic/running/sizes.py.
DATA_UPLOAD_MAX_MEMORY_SIZE = LONGEST_BODY
FILE_UPLOAD_MAX_MEMORY_SIZE = LONGEST_LIST
# That other hosts under the same domain speak https, or that browsers know the domain beforehand, is the clinic's to
# say: its shop may be there, too (HSTS for subdomains, preloading). How good a key must be is in clinic/running/environment.py.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021", "security.W009"]

# --- Mail -----------------------------------------------------------------------------------------------------------
EMAIL_BACKEND: str = _environment.email["EMAIL_BACKEND"]
EMAIL_HOST: str = _environment.email.get("EMAIL_HOST", "localhost")
EMAIL_PORT: int = _environment.email.get("EMAIL_PORT", 25)
EMAIL_HOST_USER: str = _environment.email.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD: str = _environment.email.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS: bool = _environment.email.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL: bool = _environment.email.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH: str | None = _environment.email.get("EMAIL_FILE_PATH")
EMAIL_TIMEOUT = 15  # seconds; the lease of a message is longer, or a slow mail would be sent twice
MAIL_FROM = _environment.mail_from  # of mails; where it is empty the policy's contact address is: messages/sender.py

# --- Celery ---------------------------------------------------------------------------------------------------------
# Nothing of value lives in the broker: the database says what is due, a tick only says "look now".
BROKER_SOCKET = DATA_DIR / "broker.sock"  # of the one that `up` starts where REDIS_URL names none
CELERY_BROKER_URL = REDIS_URL or f"redis+socket://{quote(str(BROKER_SOCKET))}"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
    "visibility_timeout": 300,  # seconds; above the hard time limit, or a running task is given out again
    "unacked_restore_throttle": 1,  # look for lost tasks every 10 s, not every 100 s
    "socket_timeout": 10,  # seconds; a frozen broker must not hold anybody for ever
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True  # the worker waits for its broker
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # for as long as it takes
CELERY_TASK_ACKS_LATE = True  # a killed worker's task is given out again
CELERY_TASK_REJECT_ON_WORKER_LOST = True  # also when only the child died
CELERY_WORKER_PREFETCH_MULTIPLIER = 1  # nobody sits on work that another could do
CELERY_TASK_IGNORE_RESULT = True  # results are rows, not messages
CELERY_TASK_SOFT_TIME_LIMIT = 120  # seconds; prefork pool only, the threads pool relies on EMAIL_TIMEOUT
CELERY_TASK_TIME_LIMIT = 150  # seconds
CELERY_WORKER_SEND_TASK_EVENTS = False  # nobody listens
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False  # it would show these settings to whoever reaches the broker
CELERY_TASK_SERIALIZER = "json"  # arguments are ids, never objects
CELERY_ACCEPT_CONTENT = ["json"]  # never pickle
CELERY_ENABLE_UTC = True  # clock changes do not move a tick
CELERY_TIMEZONE = "UTC"  # the same for beat
# Beat's memory is no file: each tick comes again within its own length, and what a day needs is asked of the database.
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
CELERY_BEAT_SCHEDULE = {
    # Ticks that nobody took in time are dropped, so that downtime leaves no pile of them.
    "send-due-messages": {
        "task": "booking.tasks.send_due_messages",
        "schedule": 5.0,  # seconds; a confirmation is read while the page is still open
        "options": {"expires": 4},
    },
    "sweep": {"task": "booking.tasks.sweep", "schedule": 60.0, "options": {"expires": 50}},
}

# --- Logging --------------------------------------------------------------------------------------------------------
# To stdout, one line a record. No paths of visits, no request bodies, no exception messages: see clinic/running/logs.py.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"()": "clinic.running.logs.PlainFormatter"},
        "json": {"()": "clinic.running.logs.JsonFormatter"},
    },
    "handlers": {
        "stdout": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stdout",
            "formatter": _environment.log_format,
        }
    },
    "root": {"handlers": ["stdout"], "level": "INFO"},
    "loggers": {
        # Django's own handlers would mail whole requests to ADMINS.
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        # 4xx are people who mistyped.
        "django.request": {"handlers": [], "level": "ERROR", "propagate": True},
        "fontTools": {"level": "ERROR"},
        # A line for every tick says nothing; /readyz tells whether they come.
        "celery.beat": {"level": "WARNING"},
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.worker.request": {"level": "WARNING"},
        "celery.worker.consumer.consumer": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
        # Visitors who left, with the address of the page they left.
        "waitress": {"level": "ERROR"},
    },
}
