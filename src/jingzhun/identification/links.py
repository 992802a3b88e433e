"""Ways from one screen to another: a screen that an installation does not have has no address."""

from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse


def address(name: str, *args: object, **query: object) -> str:
    """The screen's address with a query string; empty where there is no such screen."""
    try:
        url = reverse(name, args=args)
    except NoReverseMatch:
        return ""
    asked = urlencode({key: value for key, value in query.items() if value not in ("", None)}, doseq=True)
    return f"{url}?{asked}" if asked else url
