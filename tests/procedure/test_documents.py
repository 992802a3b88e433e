"""The documents show the tables that the engine runs."""

from pathlib import Path

import pytest
from docs.procedures import LANGUAGES, drawn

DOCS = Path(__file__).parents[2] / "docs"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_drawn_procedures_are_those_that_run(language):
    written = (DOCS / f"procedures.{language}.md").read_text(encoding="utf-8")
    assert written == drawn(language), "run `make procedures`"
