"""A terminal in English, whatever language the machine speaks."""

import pytest


@pytest.fixture(autouse=True)
def english_terminal(monkeypatch):
    monkeypatch.setenv("LANGUAGE", "en")
