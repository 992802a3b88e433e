"""Reads of identification."""
