"""What the database refuses on the journal's tables."""

import pgtrigger

# Every table of the journal that only grows, by its model.
KEPT_FOR_EVER = ("Entry", "Place", "TreeNode", "Root", "PublishedRoot", "SigningKey")


def kept_for_ever() -> list[pgtrigger.Trigger]:
    """Triggers that refuse UPDATE, DELETE and TRUNCATE, whoever asks and by whatever means."""
    return [
        pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        pgtrigger.Trigger(
            name="never_emptied",
            level=pgtrigger.Statement,
            when=pgtrigger.Before,
            operation=pgtrigger.Truncate,
            func="RAISE EXCEPTION '% is append-only: it cannot be truncated', TG_TABLE_NAME;",
        ),
    ]
