"""The forms of publicity."""
