"""Workbooks of assistance: cadres in and out."""
