"""What a filter in an address asks for, within the areas of whoever asks."""

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.http import urlencode

from jingzhun.areas.models import Area, within
from jingzhun.areas.rules import Level
from jingzhun.journal.models import Entry
from jingzhun.journal.queries import entries as queries
from jingzhun.people.models import User
from jingzhun.people.rules import READ_JOURNAL

from .forms import EntryFilter


def visible(user: User) -> QuerySet[Entry]:
    """Entries that a user may read."""
    return queries.entries_in(user.scope.areas_for(READ_JOURNAL))


def filtered(asked: QueryDict, user: User) -> tuple[EntryFilter, QuerySet[Entry]]:
    """The filter, and the user's entries that it asks for; none where it asks for what cannot be."""
    scope = Q(pk=None)
    for code in user.scope.areas_for(READ_JOURNAL):
        scope |= within(code, "code")
    choices = Area.objects.filter(scope, level__in=[Level.COUNTY, Level.TOWN, Level.VILLAGE]).order_by("code")
    form = EntryFilter(asked, list(choices.only("code", "name", "level", "valid_until")))
    found = queries.matching(visible(user), form.asked())
    return form, found.none() if form.contradicts_itself else found


def query_of(asked: QueryDict) -> str:
    """The filter as in the address, and nothing else that somebody put there."""
    return urlencode(
        [(name, value) for name in EntryFilter.base_fields if (value := asked.get(name, "").strip()[:150])]
    )
