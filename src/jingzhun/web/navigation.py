"""The way through the system: what each role finds in the menu."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jingzhun.people import rules

IDENTIFICATION = pgettext_lazy("menu", "Identification")
REGISTER = pgettext_lazy("menu", "The register")
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
    Entry(_("Village evaluation"), "checks", "identification:meetings", rules.VIEW_CASES, IDENTIFICATION),
    Entry(_("Post notices"), "send", "identification:notice-post", rules.PUBLISH_NOTICES, IDENTIFICATION),
    Entry(_("Audit and review"), "clipboard-check", "identification:reviews", rules.VIEW_CASES, IDENTIFICATION),
    Entry(_("Lists of departments"), "list-details", "identification:lists", rules.REVIEW_IN_COUNTY, IDENTIFICATION),
    Entry(_("Doubts under red lines"), "flag", "identification:flags", rules.VIEW_CASES, IDENTIFICATION),
    Entry(_("Judgement and numbers"), "arrows-exchange", "identification:comparison", rules.VIEW_CASES, IDENTIFICATION),
    Entry(_("Causes of poverty"), "chart-bar", "identification:causes", rules.VIEW_CASES, IDENTIFICATION),
    Entry(_("Poor villages"), "home-2", "identification:villages", rules.VIEW_CASES, IDENTIFICATION),
    Entry(_("Households"), "users-group", "registry:households", rules.VIEW_HOUSEHOLDS, REGISTER),
    Entry(_("Villages"), "building-community", "registry:villages", rules.VIEW_HOUSEHOLDS, REGISTER),
    Entry(_("Quality checks"), "list-check", "registry:checks", rules.RUN_CHECKS, REGISTER),
    Entry(_("Import"), "database-import", "registry:imports", rules.IMPORT_REGISTER, REGISTER),
    Entry(_("Export"), "database-export", "registry:exports", rules.EXPORT_REGISTER, REGISTER),
    Entry(_("Users"), "user", "people:users", rules.MANAGE_PEOPLE, ADMINISTRATION),
)


def menu_of(permissions: frozenset[str]) -> list[Entry]:
    """Entries for a user's permissions, of the screens that this installation has."""
    return [entry for entry in MENU if entry.permission in permissions and entry.url]


def entry_at(path: str, menu: list[Entry]) -> Entry | None:
    """The entry to which an address belongs: the one with the longest address that it begins with."""
    around = [entry for entry in menu if path == entry.url or (entry.url != "/" and path.startswith(entry.url))]
    return max(around, key=lambda entry: len(entry.url), default=None)
