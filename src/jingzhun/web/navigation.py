"""The way through the system: what each role finds in the menu."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jingzhun.people import rules


@dataclass(frozen=True)
class Entry:
    """One line of the menu; shown to users who hold the permission somewhere."""

    label: str | Promise
    icon: str
    url_name: str
    permission: str

    @property
    def url(self) -> str:
        return reverse(self.url_name)


MENU = (
    Entry(_("Situation"), "layout-dashboard", "web:situation", rules.VIEW_SITUATION),
    Entry(_("Households"), "users-group", "registry:households", rules.VIEW_HOUSEHOLDS),
    Entry(_("Villages"), "building-community", "registry:villages", rules.VIEW_HOUSEHOLDS),
    Entry(_("Quality checks"), "list-check", "registry:checks", rules.RUN_CHECKS),
    Entry(_("Import"), "database-import", "registry:imports", rules.IMPORT_REGISTER),
    Entry(_("Export"), "database-export", "registry:exports", rules.EXPORT_REGISTER),
    Entry(_("Users"), "user", "people:users", rules.MANAGE_PEOPLE),
)


def menu_of(permissions: frozenset[str]) -> list[Entry]:
    """Entries for a user's permissions, of the screens that this installation has."""
    return [entry for entry in MENU if entry.permission in permissions and _exists(entry)]


def _exists(entry: Entry) -> bool:
    try:
        return bool(entry.url)
    except NoReverseMatch:
        return False
