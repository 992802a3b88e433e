"""How the login package behaves here."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from .actions import change_password
from .fields import seal, unseal


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an administrator; nobody signs up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def clean_password(self, password: str, user: Any = None) -> str:
        """A new password is another one than the present."""
        if user is not None and user.pk and user.check_password(password):
            raise ValidationError(_("This is the present password; choose another."))
        return super().clean_password(password, user)

    def set_password(self, user: Any, password: str) -> None:
        change_password(user, password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return settings.LOGIN_REDIRECT_URL


class MFAAdapter(DefaultMFAAdapter):
    """Secrets of two-step login rest sealed."""

    def encrypt(self, text: str) -> str:
        return seal(text, "mfa.secret").hex()

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(bytes.fromhex(encrypted_text), "mfa.secret")
