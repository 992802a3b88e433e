"""Settings of the tests: those of the product, with quick password hashing and unhashed static files."""

from jingzhun.settings import *  # noqa: F403
from jingzhun.settings import STORAGES

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
