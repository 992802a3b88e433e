"""The ways out of the house for a short message: mail, and text messages by a gateway that the county chooses."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.module_loading import import_string

from .models import User

SECONDS = 30


class NotSent(Exception):
    """A message that did not go out; says why."""


def open_channels() -> list[str]:
    """The ways that this installation has set up."""
    text = settings.SMS_URL or not settings.SMS_GATEWAY.startswith(f"{__name__}.")
    return [name for name, is_open in (("email", settings.EMAIL_HOST), ("sms", text)) if is_open]


def send(user: User, channel: str, subject: str, text: str) -> None:
    """Send a message to a user. Raises NotSent."""
    if channel not in open_channels():
        raise NotSent(f"{channel} is not set up")
    if channel == "email":
        _mail(user, subject, text)
    else:
        _text(user, text)


def post_text(phone: str, text: str) -> None:
    """Post phone and text as JSON to JINGZHUN_SMS_URL, with JINGZHUN_SMS_TOKEN as bearer. Raises OSError."""
    headers: Mapping[str, str] = {"Content-Type": "application/json", "Authorization": f"Bearer {settings.SMS_TOKEN}"}
    body = json.dumps({"phone": phone, "text": text}).encode()
    request = urllib.request.Request(settings.SMS_URL, body, dict(headers))  # noqa: S310 - the county's own setting
    with urllib.request.urlopen(request, timeout=SECONDS):  # noqa: S310
        pass


def _mail(user: User, subject: str, text: str) -> None:
    if not user.email:
        raise NotSent("no e-mail address")
    try:
        EmailMessage(subject, text, to=[user.email]).send()
    except OSError as error:  # smtplib's errors are OSErrors too
        raise NotSent(f"{type(error).__name__}: {error}") from error


def _text(user: User, text: str) -> None:
    if not user.phone:
        raise NotSent("no phone number")
    try:
        import_string(settings.SMS_GATEWAY)(user.phone, text)
    except OSError as error:
        # An address may hold the token or the phone: only what kind of failure it was is kept.
        code = f" {error.code}" if isinstance(error, urllib.error.HTTPError) else ""
        raise NotSent(f"{type(error).__name__}{code}") from error
