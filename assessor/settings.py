"""Settings, from the environment, safe by default. The README lists every variable."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF

from assessor import bootstrap, deployment, environment, logs, rates
from assessor.observation import sentry, tracing
from assessor.storage import postgresql, sqlite

sqlite.use_bundled()

env = environ.Env()
env.ENVIRON = bootstrap.variables()


def number(name: str, usual: int, least: int = 1) -> int:
    """Return a whole number from the environment."""
    return environment.number(name, env.str(name, default=str(usual)), least)


def switch(name: str, *, usual: bool = False) -> bool:
    """Say whether the environment turns something on."""
    return environment.switch(name, env.str(name, default=str(usual)))


BASE_DIR = Path(__file__).resolve().parent.parent
SHIPPED_EDITION = BASE_DIR / bootstrap.SHIPPED_EDITION
VAR_DIR = bootstrap.data_folder()

VAR_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

DEBUG = switch("DEBUG")
PORT = environment.port(env.str("PORT", default="8000"))
PUBLIC_URL = env.str("PUBLIC_URL", default=f"http://127.0.0.1:{PORT}").rstrip("/")
SECRET_KEY = env.str("SECRET_KEY", default="") or deployment.local_secret_key(VAR_DIR)
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
deployment.refuse_unsafe(public_url=PUBLIC_URL, debug=DEBUG, secret_key=SECRET_KEY)

ALLOWED_HOSTS = deployment.public_hosts(PUBLIC_URL)
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]

INSTALLED_APPS = [
    "assessor",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "csp",
    "django_htmx",
    "django_otp",
    "django_otp.plugins.otp_static",
    "django_otp.plugins.otp_totp",
    "django_tasks",
    "django_tasks_db",
]

MIDDLEWARE = [
    "assessor.observation.requests.observe",
    "assessor.middleware.restrict_browser",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "assessor.middleware.never_cache",
    "assessor.middleware.tell_origin",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "assessor.middleware.end_idle_sessions",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "assessor.middleware.refuse_other_sites",
    "assessor.middleware.explain_refused_methods",
    "assessor.middleware.ExplainRefusals",
]

ROOT_URLCONF = "assessor.urls"
WSGI_APPLICATION = "assessor.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "assessor.context.appearance",
                "assessor.context.accounts",
                "assessor.context.reference",
            ],
        },
    },
]

EMBEDDED = {"ENGINE": "django.db.backends.sqlite3", "NAME": VAR_DIR / "assessor.sqlite3"}
_url = env.str("DATABASE_URL", default="")
DATABASES = {"default": environment.database(_url) if _url else EMBEDDED}
DATABASES["default"]["CONN_MAX_AGE"] = number("CONN_MAX_AGE", usual=600, least=0)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = sqlite.options(sqlite.version())
# Of a PostgreSQL, in whatever serves pages: see storage/postgresql.py.
DATABASE_POOL_SIZE = number("DATABASE_POOL_SIZE", usual=12, least=0)
DATABASE_LIMITS = postgresql.Limits(
    statement=number("STATEMENT_SECONDS", usual=postgresql.Limits.statement, least=0),
    lock=number("LOCK_SECONDS", usual=postgresql.Limits.lock, least=0),
    idle=number("IDLE_TRANSACTION_SECONDS", usual=postgresql.Limits.idle, least=0),
)
# What nobody waits for is done by workers: see jobs/.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 15},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

# The first makes hashes; those that the second made before are replaced when somebody signs in.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]

LANGUAGE_CODE = "en"
LOCALE_PATHS = [BASE_DIR / "locale"]
LANGUAGES = deployment.languages(LOCALE_PATHS[0])
TIME_ZONE = environment.time_zone(env.str("TIME_ZONE", default="UTC"))
USE_I18N = True
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MAX_AGE = 3600

SESSION_COOKIE_AGE = number("SESSION_DAYS", usual=60) * 24 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"
# Without files; the longest page with every text full has some 120,000 bytes.
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_HANDLERS = ["assessor.uploads.InMemory"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "base-uri": [NONE],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "img-src": [SELF, "data:"],
        "script-src": [SELF],
        "style-src": [SELF],
    }
}
CSRF_FAILURE_VIEW = "assessor.views.errors.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

_over_https = PUBLIC_URL.startswith("https://")
SECURE_SSL_REDIRECT = _over_https
# Whatever runs this asks it without the proxy that ends TLS.
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 2 * 31536000 if _over_https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _over_https
# Only by choice, because it cannot be taken back quickly, and holds for all of a domain.
SECURE_HSTS_PRELOAD = _over_https and switch("HSTS_PRELOAD")
SILENCED_SYSTEM_CHECKS = ["security.W021"]
SESSION_COOKIE_SECURE = _over_https
CSRF_COOKIE_SECURE = _over_https
CSRF_COOKIE_HTTPONLY = True  # Scripts take the token from the form.
# Cookies ignore ports: what else is tried out on this machine has Django's own names.
_prefix = "__Host-" if _over_https else "assessor_"
SESSION_COOKIE_NAME = f"{_prefix}sessionid"
CSRF_COOKIE_NAME = f"{_prefix}csrftoken"
# The one address of the proxy that ends TLS; its X-Forwarded-* headers are believed, no others.
TRUSTED_PROXY = environment.proxy(env.str("TRUSTED_PROXY", default=""))

# Accounts are optional: links work without one, unless everybody has to sign in.
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "assessments"
LOGOUT_REDIRECT_URL = "signed_out"
AUTHENTICATION_BACKENDS = ["assessor.passwords.Backend"]
REQUIRE_SIGN_IN = switch("REQUIRE_SIGN_IN")
if REQUIRE_SIGN_IN:
    MIDDLEWARE.append("assessor.middleware.SignInRequired")

# Single sign-on is there when all of it is set; checks.py complains about half of it.
OIDC = {name: env.str(name, default="") for name in deployment.OIDC_VARIABLES}
SINGLE_SIGN_ON = all(OIDC.values())
if SINGLE_SIGN_ON:
    INSTALLED_APPS.append("mozilla_django_oidc")
    AUTHENTICATION_BACKENDS.append("assessor.single_sign_on.Backend")
    OIDC_ISSUER = OIDC["OIDC_ISSUER"]
    OIDC_RP_CLIENT_ID = OIDC["OIDC_CLIENT_ID"]
    OIDC_RP_CLIENT_SECRET = OIDC["OIDC_CLIENT_SECRET"]
    OIDC_RP_SCOPES = "openid profile email"
    OIDC_RP_SIGN_ALGO = env.str("OIDC_SIGN_ALGO", default="RS256")
    OIDC_OP_AUTHORIZATION_ENDPOINT = OIDC["OIDC_AUTHORIZATION_ENDPOINT"]
    OIDC_OP_TOKEN_ENDPOINT = OIDC["OIDC_TOKEN_ENDPOINT"]
    OIDC_OP_USER_ENDPOINT = OIDC["OIDC_USER_ENDPOINT"]
    OIDC_OP_JWKS_ENDPOINT = OIDC["OIDC_JWKS_ENDPOINT"]
    OIDC_USE_PKCE = True
    OIDC_TIMEOUT = 10

# Staff see everybody's answers, so their sessions end sooner.
STAFF_IDLE_MINUTES = number("STAFF_IDLE_MINUTES", usual=30)
STAFF_SESSION_HOURS = number("STAFF_SESSION_HOURS", usual=12)

# Staff need a code from a device besides the password, unless nobody else can get here.
REQUIRE_TWO_FACTOR = switch("REQUIRE_TWO_FACTOR", usual=deployment.is_public(PUBLIC_URL))
OTP_TOTP_ISSUER = "Assessor"
if REQUIRE_TWO_FACTOR:
    MIDDLEWARE += [
        "django_otp.middleware.OTPMiddleware",
        "assessor.middleware.SecondFactorRequired",
    ]

# How long assessments are kept after their last change; manage.py retention carries it out.
KEEP_DRAFTS_DAYS, KEEP_SUBMITTED_MONTHS, KEEP_APPROVED_MONTHS = (
    environment.term(name, env.str(name, default="0"))
    for name in ("KEEP_DRAFTS_DAYS", "KEEP_SUBMITTED_MONTHS", "KEEP_APPROVED_MONTHS")
)

# How often somebody may do what costs much, or could be guessing: docs/security/limits.md.
LIMITS = environment.limits(
    {name: env.str(f"LIMIT_{name}", default="") for name in rates.IN_GENERAL},
    public=deployment.is_public(PUBLIC_URL),
)

# Whom to tell of a weakness: https:// or mailto:, shown in /.well-known/security.txt.
SECURITY_CONTACT = environment.contact(env.str("SECURITY_CONTACT", default=""))

# Without a mail server invitations are links to copy.
SENDS_MAIL = "EMAIL_URL" in env
if SENDS_MAIL:
    vars().update(environment.mail(env.str("EMAIL_URL")))
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", default="assessor@localhost")

LOG_FORMAT = environment.choice("LOG_FORMAT", env.str("LOG_FORMAT", default="plain"), logs.FORMS)
LOGGING = logs.configuration(LOG_FORMAT)

# Who may read figures at /metrics; nobody without.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")

# Off unless set, and told nothing that people type: see docs/operations/monitor.md.
SENTRY_DSN = env.str("SENTRY_DSN", default="")
if SENTRY_DSN:
    sentry.start(SENTRY_DSN)
if env.str("OTEL_EXPORTER_OTLP_ENDPOINT", default=""):
    tracing.refuse_missing()
    MIDDLEWARE.insert(1, "assessor.observation.tracing.trace")
