"""Screens of identification."""
