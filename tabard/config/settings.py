"""Every setting of Tabard, read from the environment and nowhere else.

`docs/reference/settings.md` lists the variables; `tabard doctor` says what is wrong with them.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from tabard.config import environment
from tabard.config.logs import logging_settings

BASE_DIR = Path(__file__).resolve().parent.parent


# Where Tabard keeps what is not in the database: the embedded database itself, uploads, generated keys.
HOME = Path(os.environ.get("TABARD_HOME", Path.cwd() / ".local")).resolve()

DEBUG = environment.flag("TABARD_DEBUG")
# A set-up that answers on loopback only, with the demo company: `tabard run` without a DATABASE_URL.
LOCAL = environment.flag("TABARD_LOCAL", default="DATABASE_URL" not in os.environ)


SECRET_KEY = environment.key("TABARD_SECRET_KEY", HOME, local=LOCAL)
# Encrypts credentials of channels; kept outside the database so that a dump of it opens nothing.
VAULT_KEY = environment.key("TABARD_VAULT_KEY", HOME, local=LOCAL)
# Keys that sealed something once and still open it, and a program that holds the key instead of us.
VAULT_OLD_KEYS = environment.words("TABARD_VAULT_OLD_KEYS")
VAULT_COMMAND = os.environ.get("TABARD_VAULT_COMMAND", "")
# Seals of the audit log are made with the first of these; all of them verify. None: from SECRET_KEY.
AUDIT_KEYS = environment.words("TABARD_AUDIT_KEY")
# Where heads of its chain are left outside the database.
AUDIT_ANCHOR_FOLDER = os.environ.get("TABARD_AUDIT_ANCHOR_FOLDER", "")
AUDIT_ANCHOR_MAIL = environment.words("TABARD_AUDIT_ANCHOR_MAIL")
AUDIT_ANCHOR_S3 = os.environ.get("TABARD_AUDIT_ANCHOR_S3", "")
AUDIT_ANCHOR_S3_DAYS = environment.number("TABARD_AUDIT_ANCHOR_S3_DAYS", 3650)
AUDIT_ANCHOR_TSA = os.environ.get("TABARD_AUDIT_ANCHOR_TSA", "")
AUDIT_ANCHOR_TSA_ROOTS = os.environ.get("TABARD_AUDIT_ANCHOR_TSA_ROOTS", "")

PUBLIC_URL = environment.address("TABARD_URL", "http://127.0.0.1:8000")
LIVE_URL = environment.address("TABARD_LIVE_URL", "http://127.0.0.1:8001")
PRACTICE_URL = environment.address("TABARD_PRACTICE_URL", "http://127.0.0.1:8002")
ALLOWED_HOSTS = environment.words(
    "TABARD_HOSTS", "127.0.0.1 localhost [::1]" if LOCAL else urlsplit(PUBLIC_URL).hostname or ""
)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
# Reverse proxies whose word on the visitor's address and on TLS is believed: addresses or networks.
TRUSTED_PROXIES = environment.words("TABARD_TRUSTED_PROXIES")
# Hosts that connectors may reach although their addresses are private: test networks, Practice.
PRIVATE_HOSTS = environment.words("TABARD_PRIVATE_HOSTS", "127.0.0.1 localhost" if LOCAL else "")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    # From the ground up; `config` comes last and wires them.
    "tabard.audit",
    "tabard.org",
    "tabard.attestation",
    "tabard.access",
    "tabard.register",
    "tabard.safety",
    "tabard.library",
    "tabard.approvals",
    "tabard.watch",
    "tabard.public",
    "tabard.posts",
    "tabard.calendar",
    "tabard.publishing",
    "tabard.life",
    "tabard.inbox",
    "tabard.web",
    "tabard.config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "tabard.web.policy.policy_middleware",
    "tabard.public.middleware.nobody_middleware",
    "tabard.web.reading.reading_middleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "tabard.web.reading.form_middleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "tabard.access.middleware.actor_middleware",
    "tabard.org.middleware.ScopeMiddleware",
    "tabard.kernel.refusals.RefusalMiddleware",
]

ROOT_URLCONF = "tabard.config.urls"
WSGI_APPLICATION = "tabard.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        # Before those of any library, whose pages we draw ourselves.
        "DIRS": [BASE_DIR / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "tabard.web.context.shell",
            ],
        },
    },
]


# Without DATABASE_URL the embedded PostgreSQL under HOME is meant; `tabard` starts it when it is needed.
DATABASE_URL = os.environ.get(
    "DATABASE_URL", f"postgresql://tabard@/tabard?host={HOME / 'postgres'}&port=5432"
)
DATABASES = {
    "default": environment.database(DATABASE_URL, environment.number("TABARD_DB_POOL", 8), local=LOCAL)
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "org.Person"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
ACCOUNT_ADAPTER = "tabard.access.adapters.Door"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_USER_DISPLAY = str
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
CSRF_FAILURE_VIEW = "tabard.audit.refusals.forged"
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "tabard.access.links.Links"  # noqa: S105 the name of a class
PASSWORD_RESET_TIMEOUT = 600  # seconds
# How fast passwords and codes may be guessed is for tabard.access.throttle to say.
ACCOUNT_RATE_LIMITS = {"login": "", "login_failed": "", "reset_password": ""}
MFA_ADAPTER = "tabard.access.adapters.Factors"
MFA_TOTP_ISSUER = "Tabard"
# Passkeys: browsers know them on https and on localhost, by the name in the address.
# Recovery codes are our own: allauth keeps a seed of them, Tabard digests.
MFA_SUPPORTED_TYPES = ["totp", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "authenticate": "tabard.access.codes.CodeAfter",
    "reauthenticate": "tabard.access.codes.CodeAgain",
    "add_webauthn": "tabard.access.passkeys.NewPasskey",
    "edit_webauthn": "tabard.access.passkeys.PasskeyName",
    "login_webauthn": "tabard.access.passkeys.PasskeyAlone",
    "authenticate_webauthn": "tabard.access.passkeys.PasskeyAfter",
    "reauthenticate_webauthn": "tabard.access.passkeys.PasskeyAgain",
}
# How many requests a minute are answered, in the long run and at once: of one signed-in person, one API
# token, one token of a directory, and one address of people nobody knows. 0: any number.
REQUESTS_A_MINUTE = environment.number("TABARD_REQUESTS_A_MINUTE", 3000, least=0)
KEY_REQUESTS_A_MINUTE = environment.number("TABARD_KEY_REQUESTS_A_MINUTE", 6000, least=0)
DIRECTORY_REQUESTS_A_MINUTE = environment.number("TABARD_DIRECTORY_REQUESTS_A_MINUTE", 30000, least=0)
ADDRESS_REQUESTS_A_MINUTE = environment.number("TABARD_ADDRESS_REQUESTS_A_MINUTE", 3000, least=0)
# How long a session lasts, and how long its person may do nothing. Policies of units make both shorter.
SESSION_HOURS = environment.number("TABARD_SESSION_HOURS", 12)
SESSION_IDLE_MINUTES = environment.number("TABARD_SESSION_IDLE_MINUTES", 240)
SESSION_COOKIE_AGE = SESSION_HOURS * 3600
# One cache for all nodes: what must hold everywhere at once (codes used up, attempts) is kept there.
# So large that nobody drives a used code out of it by filling it.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "tabard_cache",
        "OPTIONS": {"MAX_ENTRIES": 200_000, "CULL_FREQUENCY": 20},
    }
}
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS = PUBLIC_URL.startswith("https://")
# Browsers that were here once never try without TLS again. Sending others to https:// is the proxy's work.
SECURE_HSTS_SECONDS = environment.number("TABARD_HSTS_SECONDS", 365 * 24 * 3600, least=0) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = bool(SECURE_HSTS_SECONDS)
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W008", "security.W021"]
# With TLS browsers take these names only from this very host, and send them nowhere else.
COOKIES = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = f"{COOKIES}sessionid", f"{COOKIES}csrftoken"
LANGUAGE_COOKIE_NAME, THEME_COOKIE_NAME = f"{COOKIES}django_language", f"{COOKIES}theme"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "tabard.access.passwords.NotGuessable"},
]

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("bg", _("Bulgarian"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
# Built files are in the package itself and served from there: there is nothing to collect.
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = r"/built/assets/"
MEDIA_ROOT = HOME / "media"
MEDIA_URL = "/media/"
STORAGES = environment.files()
# The largest file that is taken in, and where it is put while it arrives: on the disk, never in memory.
LARGEST_FILE = environment.number("TABARD_LARGEST_FILE_MB", 2000) * 1_000_000
INCOMING = Path(os.environ.get("TABARD_INCOMING", HOME / "incoming"))
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "tabard.web.receiving.Receiving",
]
# Where ffmpeg and ffprobe are looked for: they draw pictures out of videos. Empty: they are not used.
FFMPEG = os.environ.get("TABARD_FFMPEG", os.environ.get("PATH", ""))

# A ClamAV daemon that looks at files before they are kept, and how long it may take. Empty: nobody looks.
CLAMAV = environment.scanner("TABARD_CLAMAV")
CLAMAV_SECONDS = environment.number("TABARD_CLAMAV_SECONDS", 120)

# A folder of definitions of sites beside those that come with Tabard. Empty: there are none.
SITES = os.environ.get("TABARD_SITES", "")

globals().update(environment.mail(HOME, local=LOCAL))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = os.environ.get(
    "TABARD_EMAIL_FROM", f"Tabard <tabard@{urlsplit(PUBLIC_URL).hostname}>"
)

# What `tabard web`, `live`, `practice` and `worker` listen on and how many do the work.
BIND = os.environ.get("TABARD_BIND", "127.0.0.1:8000")
LIVE_BIND = os.environ.get("TABARD_LIVE_BIND", "127.0.0.1:8001")
PRACTICE_BIND = os.environ.get("TABARD_PRACTICE_BIND", "127.0.0.1:8002")
# With these `tabard web` and `tabard live` answer by TLS alone: their certificate and key, and the authority
# of those who may ask them, the proxies. All in PEM.
TLS_CERTIFICATE = os.environ.get("TABARD_TLS_CERTIFICATE", "")
TLS_KEY = os.environ.get("TABARD_TLS_KEY", "")
TLS_CLIENTS = os.environ.get("TABARD_TLS_CLIENTS", "")
WEB_WORKERS = environment.number("TABARD_WEB_WORKERS", 2)
WEB_THREADS = environment.number("TABARD_WEB_THREADS", 4)
WORKER_JOBS = environment.number("TABARD_WORKER_JOBS", 6)

LOGGING = logging_settings(
    as_json=os.environ.get("TABARD_LOG_FORMAT") == "json", level=os.environ.get("TABARD_LOG_LEVEL", "INFO")
)
