"""Settings of one county's Jingzhun. What differs between machines comes from the environment (see SECURITY.md)."""

import json
import os
import secrets
from pathlib import Path

import dj_database_url
from django.utils.translation import gettext_lazy as _

PACKAGE = Path(__file__).resolve().parent
VAR = Path(os.environ.get("JINGZHUN_VAR", "var")).resolve()


def _secret(name: str, nbytes: int) -> str:
    """A secret from the environment (JINGZHUN_<NAME>), else from var/secrets/, where it is made at the first start."""
    if value := os.environ.get(f"JINGZHUN_{name}"):
        return value
    path = VAR / "secrets" / name.lower()
    if not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_hex(nbytes))
        try:
            os.link(fresh, path)  # atomic: of two first starts at once, one secret wins
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()


DEBUG = os.environ.get("JINGZHUN_DEBUG") == "1"
DEMO = os.environ.get("JINGZHUN_DEMO") == "1"  # the demo county: logins are shown, MFA may be skipped
_LOGINS = VAR / "demo" / "logins.json"  # written by `jingzhun demo`
DEMO_LOGINS: list[dict[str, str]] = json.loads(_LOGINS.read_text()) if DEMO and _LOGINS.exists() else []
SECRET_KEY = _secret("SECRET_KEY", 50)
ALLOWED_HOSTS = os.environ.get("JINGZHUN_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("JINGZHUN_ORIGINS", "").split(",") if origin]

# Field encryption: "key id:hex key" pairs, newest first; the first seals, all open (methods/sealing.py).
FIELD_KEYS = os.environ.get("JINGZHUN_FIELD_KEYS") or f"k1:{_secret('FIELD_KEY', 32)}"
FIELD_CIPHER = os.environ.get("JINGZHUN_FIELD_CIPHER", "aes-256-gcm")  # or sm4-gcm
JOURNAL_KEY = _secret("JOURNAL_KEY", 32)  # private Ed25519 key that signs the journal's root of the day
JOURNAL_NAME = os.environ.get("JINGZHUN_JOURNAL_NAME", "")  # in its checkpoints; the county's code if not set
CHECKPOINTS = VAR / "checkpoints"  # the journal's published roots, kept outside the database too
DIGEST_KEY = _secret("DIGEST_KEY", 32)  # of blind indexes and of digests in the journal; never rotated

INSTALLED_APPS = [
    "jingzhun.web",
    "jingzhun.api",
    "jingzhun.assessment",
    "jingzhun.management",
    "jingzhun.assistance",
    "jingzhun.identification",
    "jingzhun.policy",
    "jingzhun.procedure",
    "jingzhun.publicity",
    "jingzhun.registry",
    "jingzhun.people",
    "jingzhun.journal",
    "jingzhun.parameters",
    "jingzhun.areas",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_filters",
    "django_htmx",
    "django_tables2",
    "pgtrigger",
    "pghistory",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "jingzhun.api.middleware.ApiRequests",
    "jingzhun.publicity.middleware.PublicPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "jingzhun.people.middleware.ScopeMiddleware",
    "pghistory.middleware.HistoryMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "jingzhun.web.middleware.NotAllowedPage",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "jingzhun.web.context.shell",
            ],
        },
    },
]

ROOT_URLCONF = "jingzhun.urls"
FORM_RENDERER = "jingzhun.web.forms.Renderer"

# The embedded server by default, any PostgreSQL >= 15 by DATABASE_URL.
if url := os.environ.get("DATABASE_URL"):
    DATABASES = {"default": dict(dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True))}
else:
    DATABASES = {
        "default": {
            "ENGINE": "jingzhun.database",
            "NAME": "jingzhun",
            "EMBEDDED": str(VAR / "postgres"),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    }
# The public website: whose it is (the code of a county, where several are loaded), under which address it is reached
# (printed in QR codes; else the address by which it was asked for), and how many proxies of ours stand before it.
COUNTY = os.environ.get("JINGZHUN_COUNTY", "")
PUBLIC_URL = os.environ.get("JINGZHUN_PUBLIC_URL", "").rstrip("/")
PROXIES = int(os.environ.get("JINGZHUN_PROXIES", "0"))
PUBLIC_PAGE_SECONDS = 60  # how long a public page may be kept
PUBLIC_STATISTICS_SECONDS = 600

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    # Shared by every process, so that login throttling counts across workers. Who fills it up must not make it forget
    # failed logins: what is over goes first, and of the rest one in a hundred.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "django_cache",
        "OPTIONS": {"MAX_ENTRIES": 100_000, "CULL_FREQUENCY": 100},
    },
    # Ready pages of the public website, in each process for itself.
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "public-pages",
        "OPTIONS": {"MAX_ENTRIES": 800},
    },
}

PROCRASTINATE_IMPORT_PATHS = ["jingzhun.registry.checks.tasks"]  # beside the apps' own tasks modules

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "jingzhun.people.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_ADAPTER = "jingzhun.people.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = {"login": "60/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Jingzhun 精准"
MFA_ADAPTER = "jingzhun.people.adapters.MFAAdapter"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

SESSION_COOKIE_AGE = 8 * 3600  # one working day, from the last click
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = False
HTTPS = os.environ.get("JINGZHUN_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "style-src-attr": ["'unsafe-inline'"],  # ECharts and Leaflet position their own elements
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "worker-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

# Morning messages of what waits. Mail goes by a server of the county's, text messages by a function that is named here,
# `function(phone, text)`; the one that is shipped posts them to an address. What is not set up is not offered.
EMAIL_HOST = os.environ.get("JINGZHUN_SMTP_HOST", "")
EMAIL_PORT = int(os.environ.get("JINGZHUN_SMTP_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("JINGZHUN_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("JINGZHUN_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("JINGZHUN_SMTP_TLS", "1") == "1"
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = os.environ.get("JINGZHUN_MAIL_FROM", "") or EMAIL_HOST_USER
SMS_GATEWAY = os.environ.get("JINGZHUN_SMS_GATEWAY", "jingzhun.people.gateways.post_text")
SMS_URL = os.environ.get("JINGZHUN_SMS_URL", "")
SMS_TOKEN = os.environ.get("JINGZHUN_SMS_TOKEN", "")

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
TIME_ZONE = "Asia/Shanghai"
USE_I18N = USE_TZ = True
LANGUAGE_COOKIE_AGE = 365 * 86400
FORMAT_MODULE_PATH = ["jingzhun.web.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = VAR / "media"  # photos of homes and people: their owner's only
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

DJANGO_TABLES2_TEMPLATE = "web/table.html"
DJANGO_TABLES2_PAGE_RANGE = 7
FILTERS_EMPTY_CHOICE_LABEL = _("any")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "jingzhun.database.quiet.Line",
            "fmt": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"jingzhun": {"level": "INFO"}, "procrastinate": {"level": "WARNING"}},
}
