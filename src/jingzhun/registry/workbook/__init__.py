"""Official workbooks in and out."""
