"""The way through the system: what each role finds in the menu."""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from jingzhun.people import rules

IDENTIFICATION = pgettext_lazy("menu", "Identification")
POLICY = pgettext_lazy("menu", "Policy")
ASSISTANCE = pgettext_lazy("menu", "Assistance")
MANAGEMENT = pgettext_lazy("menu", "Management")
ASSESSMENT = pgettext_lazy("menu", "Assessment")
REGISTER = pgettext_lazy("menu", "The register")
PUBLICITY = pgettext_lazy("menu", "In public")
ADMINISTRATION = pgettext_lazy("menu", "Administration")
TABS = 4


@dataclass(frozen=True)
class Entry:
    """One line of the menu; shown to users who hold one of the permissions somewhere, under its section's name.

    `tab`: among the few that a phone shows at its lower edge.
    """

    label: str | Promise
    icon: str
    url_name: str
    permission: str
    section: str | Promise = ""
    also: tuple[str, ...] = ()
    tab: bool = False

    def is_for(self, permissions: frozenset[str]) -> bool:
        return not permissions.isdisjoint((self.permission, *self.also))

    @property
    def url(self) -> str:
        """The screen's address, empty in an installation without it."""
        try:
            return reverse(self.url_name)
        except NoReverseMatch:
            return ""


MENU = (
    Entry(
        pgettext_lazy("menu", "My work"),
        "clipboard-list",
        "identification:work",
        rules.WORK_IN_VILLAGE,
        also=(rules.AUDIT_IN_TOWN, rules.REVIEW_IN_COUNTY),
        tab=True,
    ),
    Entry(_("Situation"), "layout-dashboard", "web:situation", rules.VIEW_SITUATION, tab=True),
    Entry(pgettext_lazy("menu", "Board"), "target-arrow", "web:board", rules.VIEW_MANAGEMENT),
    Entry(_("My households"), "home-heart", "assistance:mine", rules.HELP_OWN, tab=True),
    Entry(
        pgettext_lazy("menu", "Cases"),
        "list-details",
        "identification:cases",
        rules.VIEW_CASES,
        IDENTIFICATION,
        tab=True,
    ),
    Entry(pgettext_lazy("menu", "Rounds"), "refresh", "identification:rounds", rules.VIEW_CASES, IDENTIFICATION),
    Entry(_("Village evaluation"), "checks", "identification:meetings", rules.VIEW_CASES, IDENTIFICATION),
    Entry(_("Post notices"), "send", "identification:notice-post", rules.PUBLISH_NOTICES, IDENTIFICATION),
    Entry(_("Audit and review"), "clipboard-check", "identification:reviews", rules.VIEW_CASES, IDENTIFICATION),
    Entry(_("Lists of departments"), "list-details", "identification:lists", rules.REVIEW_IN_COUNTY, IDENTIFICATION),
    Entry(_("Doubts under red lines"), "flag", "identification:flags", rules.VIEW_CASES, IDENTIFICATION),
    Entry(_("Judgement and numbers"), "arrows-exchange", "identification:comparison", rules.VIEW_CASES, IDENTIFICATION),
    Entry(_("Causes of poverty"), "chart-bar", "identification:causes", rules.VIEW_CASES, IDENTIFICATION),
    Entry(_("Poor villages"), "home-2", "identification:villages", rules.VIEW_CASES, IDENTIFICATION),
    Entry(pgettext_lazy("menu", "Procedure"), "book", "identification:procedure", rules.VIEW_CASES, IDENTIFICATION),
    Entry(_("Policies"), "gavel", "policy:policies", rules.VIEW_POLICIES, POLICY),
    Entry(pgettext_lazy("menu", "Entitlements"), "calculator", "policy:entitlements", rules.VIEW_POLICIES, POLICY),
    Entry(_("What if"), "calculator", "policy:what-if", rules.WRITE_POLICIES, POLICY),
    Entry(pgettext_lazy("menu", "Plan"), "road", "policy:plan-current", rules.VIEW_POLICIES, POLICY),
    Entry(_("Documents"), "book", "policy:documents", rules.VIEW_POLICIES, POLICY),
    Entry(pgettext_lazy("menu", "Receipts"), "package", "policy:receipts-upload", rules.HAND_IN_LISTS, POLICY),
    Entry(_("Coverage"), "checks", "assistance:board", rules.VIEW_ASSISTANCE, ASSISTANCE),
    Entry(_("Who helps whom"), "users-plus", "assistance:pairing", rules.ARRANGE_HELP, ASSISTANCE),
    Entry(_("Cadres"), "users", "assistance:cadres", rules.ARRANGE_HELP, ASSISTANCE),
    Entry(_("Postings"), "user-plus", "assistance:postings", rules.VIEW_ASSISTANCE, ASSISTANCE),
    Entry(_("Organisations that help"), "building", "assistance:organisations", rules.VIEW_ASSISTANCE, ASSISTANCE),
    Entry(_("Help of households"), "heart-handshake", "assistance:households", rules.VIEW_ASSISTANCE, ASSISTANCE),
    Entry(pgettext_lazy("menu", "Visits"), "walk", "assistance:visits", rules.SEE_HELP, ASSISTANCE),
    Entry(pgettext_lazy("menu", "Needs"), "message-circle", "assistance:needs", rules.SEE_HELP, ASSISTANCE),
    Entry(pgettext_lazy("menu", "Measures"), "clipboard-list", "assistance:measures", rules.SEE_HELP, ASSISTANCE),
    Entry(_("Farming year"), "plant-2", "assistance:seasons", rules.VIEW_ASSISTANCE, ASSISTANCE),
    Entry(_("Projects"), "briefcase", "management:projects", rules.VIEW_MANAGEMENT, MANAGEMENT),
    Entry(_("Funds"), "coin", "management:funds", rules.VIEW_MANAGEMENT, MANAGEMENT),
    Entry(_("Allocations and payments"), "gavel", "management:decisions", rules.VIEW_MANAGEMENT, MANAGEMENT),
    Entry(pgettext_lazy("menu", "Scores"), "chart-bar", "assessment:scores", rules.VIEW_ASSESSMENT, ASSESSMENT),
    Entry(_("Performance of funds"), "coin", "assessment:fund", rules.VIEW_ASSESSMENT, ASSESSMENT),
    Entry(
        _("Inspections"), "eye", "assessment:inspections", rules.SUPERVISE, ASSESSMENT, also=(rules.DECIDE_ASSESSMENT,)
    ),
    Entry(_("Orders to rectify"), "alarm", "assessment:orders", rules.VIEW_ASSESSMENT, ASSESSMENT),
    Entry(_("Tips of the hotline"), "phone", "assessment:tips", rules.SETTLE_TIPS, ASSESSMENT),
    Entry(_("Households"), "users-group", "registry:households", rules.VIEW_HOUSEHOLDS, REGISTER, tab=True),
    Entry(_("Villages"), "building-community", "registry:villages", rules.VIEW_HOUSEHOLDS, REGISTER),
    Entry(_("Search"), "search", "registry:search", rules.VIEW_HOUSEHOLDS, REGISTER),
    Entry(_("Quality checks"), "list-check", "registry:checks", rules.RUN_CHECKS, REGISTER),
    Entry(_("Import"), "database-import", "registry:imports", rules.IMPORT_REGISTER, REGISTER),
    Entry(_("Export"), "database-export", "registry:exports", rules.EXPORT_REGISTER, REGISTER),
    Entry(_("Notices"), "file-text", "publicity:notices", rules.SEE_OBJECTIONS, PUBLICITY),
    Entry(_("Objections"), "message-circle", "publicity:objections", rules.SEE_OBJECTIONS, PUBLICITY),
    Entry(_("Where to object"), "phone", "publicity:contacts", rules.SETTLE_OBJECTIONS, PUBLICITY),
    Entry(_("Journal"), "shield-check", "journal:entries", rules.READ_JOURNAL, ADMINISTRATION),
    Entry(_("Users"), "user", "people:users", rules.MANAGE_PEOPLE, ADMINISTRATION),
    Entry(_("Parameters"), "adjustments", "parameters:list", rules.CHANGE_PARAMETERS, ADMINISTRATION),
)


def menu_of(permissions: frozenset[str]) -> list[Entry]:
    """Entries for a user's permissions, of the screens that this installation has."""
    return [entry for entry in MENU if entry.is_for(permissions) and entry.url]


def tabs_of(menu: list[Entry]) -> list[Entry]:
    """The four entries that a phone shows at its lower edge."""
    first = [entry for entry in menu if entry.tab] + [entry for entry in menu if not entry.tab]
    shown = first[:TABS]
    return [entry for entry in menu if entry in shown]


def entry_at(path: str, menu: list[Entry]) -> Entry | None:
    """The entry to which an address belongs: the one with the longest address that it begins with."""
    around = [entry for entry in menu if path == entry.url or (entry.url != "/" and path.startswith(entry.url))]
    return max(around, key=lambda entry: len(entry.url), default=None)
