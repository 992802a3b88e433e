"""Decisions of the register as pure functions and tables."""
