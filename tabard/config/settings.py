"""Every setting of Tabard, read from the environment and nowhere else.

`docs/reference/settings.md` lists the variables; `tabard doctor` says what is wrong with them.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.utils.translation import gettext_lazy as _

from tabard.config.logs import logging_settings

BASE_DIR = Path(__file__).resolve().parent.parent


def _flag(name: str, *, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "").lower() in {"1", "true", "yes", "on"}


def _words(name: str, default: str = "") -> list[str]:
    return [word for word in os.environ.get(name, default).replace(",", " ").split() if word]


# Where Tabard keeps what is not in the database: the embedded database itself, uploads, generated keys.
HOME = Path(os.environ.get("TABARD_HOME", Path.cwd() / ".local")).resolve()

DEBUG = _flag("TABARD_DEBUG")
# A set-up that answers on loopback only, with the demo company: `tabard run` without a DATABASE_URL.
LOCAL = _flag("TABARD_LOCAL", default="DATABASE_URL" not in os.environ)


def _kept_key(name: str) -> str:
    """A key from the environment, or on a local set-up one made once and kept in HOME."""
    if name in os.environ:
        return os.environ[name]
    if not LOCAL:
        return ""  # `tabard doctor` and the start of every process refuse this
    kept = HOME / "keys" / name.lower()
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(48))
    return kept.read_text()


SECRET_KEY = _kept_key("TABARD_SECRET_KEY")
# Encrypts credentials of channels; kept outside the database so that a dump of it opens nothing.
VAULT_KEY = _kept_key("TABARD_VAULT_KEY")

PUBLIC_URL = os.environ.get("TABARD_URL", "http://127.0.0.1:8000").rstrip("/")
LIVE_URL = os.environ.get("TABARD_LIVE_URL", "http://127.0.0.1:8001").rstrip("/")
PRACTICE_URL = os.environ.get("TABARD_PRACTICE_URL", "http://127.0.0.1:8002").rstrip("/")
ALLOWED_HOSTS = _words(
    "TABARD_HOSTS", "127.0.0.1 localhost [::1]" if LOCAL else urlsplit(PUBLIC_URL).hostname or ""
)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
# Hosts that connectors may reach although their addresses are private: test networks, Practice.
PRIVATE_HOSTS = _words("TABARD_PRIVATE_HOSTS", "127.0.0.1 localhost" if LOCAL else "")

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
    "tabard.access",
    "tabard.register",
    "tabard.library",
    "tabard.approvals",
    "tabard.posts",
    "tabard.calendar",
    "tabard.publishing",
    "tabard.web",
    "tabard.config",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "tabard.web.policy.policy_middleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
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


def _database(url: str) -> dict[str, object]:
    """Django's database settings for a `postgresql://person:secret@host:port/name?option=value` address."""
    parts = urlsplit(url)
    options: dict[str, object] = dict(parse_qsl(parts.query))
    host = str(options.pop("host", "") or unquote(parts.hostname or ""))
    port = str(options.pop("port", "") or parts.port or "")
    pool = {"min_size": 1, "max_size": int(os.environ.get("TABARD_DB_POOL", "8")), "timeout": 20}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/") or "postgres",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port,
        "OPTIONS": {**options, "pool": pool},
        "TEST": {"NAME": os.environ.get("TABARD_TEST_DATABASE")},
    }


# Without DATABASE_URL the embedded PostgreSQL under HOME is meant; `tabard` starts it when it is needed.
DATABASE_URL = os.environ.get(
    "DATABASE_URL", f"postgresql://tabard@/tabard?host={HOME / 'postgres'}&port=5432"
)
DATABASES = {"default": _database(DATABASE_URL)}
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
MFA_TOTP_ISSUER = "Tabard"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
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

# What `tabard web`, `live`, `practice` and `worker` listen on and how many do the work.
BIND = os.environ.get("TABARD_BIND", "127.0.0.1:8000")
LIVE_BIND = os.environ.get("TABARD_LIVE_BIND", "127.0.0.1:8001")
PRACTICE_BIND = os.environ.get("TABARD_PRACTICE_BIND", "127.0.0.1:8002")
WEB_WORKERS = int(os.environ.get("TABARD_WEB_WORKERS", "2"))
WEB_THREADS = int(os.environ.get("TABARD_WEB_THREADS", "4"))
WORKER_JOBS = int(os.environ.get("TABARD_WORKER_JOBS", "6"))

LOGGING = logging_settings(
    as_json=os.environ.get("TABARD_LOG_FORMAT") == "json", level=os.environ.get("TABARD_LOG_LEVEL", "INFO")
)
