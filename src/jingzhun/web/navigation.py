"""The way through the system: what each role finds in the menu."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jingzhun.people import rules

REGISTER = pgettext_lazy("menu", "The register")
PUBLICITY = pgettext_lazy("menu", "In public")
ADMINISTRATION = pgettext_lazy("menu", "Administration")


@dataclass(frozen=True)
class Entry:
    """One line of the menu; shown to users who hold the permission somewhere, under its section's name."""

    label: str | Promise
    icon: str
    url_name: str
    permission: str
    section: str | Promise = ""

    @property
    def url(self) -> str:
        """The screen's address, empty in an installation without it."""
        try:
            return reverse(self.url_name)
        except NoReverseMatch:
            return ""


MENU = (
    Entry(_("Situation"), "layout-dashboard", "web:situation", rules.VIEW_SITUATION),
    Entry(_("Households"), "users-group", "registry:households", rules.VIEW_HOUSEHOLDS, REGISTER),
    Entry(_("Villages"), "building-community", "registry:villages", rules.VIEW_HOUSEHOLDS, REGISTER),
    Entry(_("Quality checks"), "list-check", "registry:checks", rules.RUN_CHECKS, REGISTER),
    Entry(_("Import"), "database-import", "registry:imports", rules.IMPORT_REGISTER, REGISTER),
    Entry(_("Export"), "database-export", "registry:exports", rules.EXPORT_REGISTER, REGISTER),
    Entry(_("Journal"), "shield-check", "journal:entries", rules.READ_JOURNAL, ADMINISTRATION),
    Entry(_("Notices"), "file-text", "publicity:notices", rules.SEE_OBJECTIONS, PUBLICITY),
    Entry(_("Objections"), "message-circle", "publicity:objections", rules.SEE_OBJECTIONS, PUBLICITY),
    Entry(_("Where to object"), "phone", "publicity:contacts", rules.SETTLE_OBJECTIONS, PUBLICITY),
    Entry(_("Users"), "user", "people:users", rules.MANAGE_PEOPLE, ADMINISTRATION),
)


def menu_of(permissions: frozenset[str]) -> list[Entry]:
    """Entries for a user's permissions, of the screens that this installation has."""
    return [entry for entry in MENU if entry.permission in permissions and entry.url]


def entry_at(path: str, menu: list[Entry]) -> Entry | None:
    """The entry to which an address belongs: the one with the longest address that it begins with."""
    around = [entry for entry in menu if path == entry.url or (entry.url != "/" and path.startswith(entry.url))]
    return max(around, key=lambda entry: len(entry.url), default=None)
