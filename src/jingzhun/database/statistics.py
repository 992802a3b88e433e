"""Statistics of tables that one long transaction fills: nobody else sees its rows, so autovacuum cannot count them."""

from collections.abc import Iterable

from django.apps import apps
from django.db import connection, transaction

ENOUGH = 10  # statistics target: 3,000 rows of a table are looked at, which takes milliseconds


@transaction.atomic
def refresh_statistics(app_labels: Iterable[str]) -> None:
    """Let the planner know how large the tables of some apps are by now; without it, it takes them for empty."""
    models = [model for label in app_labels for model in apps.get_app_config(label).get_models()]
    tables = ", ".join(
        connection.ops.quote_name(model._meta.db_table)
        for model in models
        if model._meta.managed and not model._meta.proxy
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('default_statistics_target', %s, true)", [str(ENOUGH)])
        cursor.execute(f"ANALYZE {tables}")
        cursor.execute("RESET default_statistics_target")
