"""History of rows: every superseded version is kept by a trigger, whoever changed the row and by whatever means.

A row's current version is the row itself; its past versions are the old values that updates and deletions left. With
`created_at` this tells the state of any row at any past moment without writing anything twice at insert.
"""

from typing import TypeVar

import pghistory
import pgtrigger
from django.db import models

Model = TypeVar("Model", bound=type[models.Model])


def tracked(model: Model) -> Model:
    """Class decorator: keep the past versions of a model's rows."""
    return pghistory.track(
        pghistory.UpdateEvent("superseded", row=pghistory.Old, level=pgtrigger.Statement),
        pghistory.DeleteEvent("deleted", level=pgtrigger.Statement),
        obj_field=pghistory.ObjForeignKey(related_name="+"),  # "events" are the household's own
    )(model)
