"""Addresses of publicity: the screens behind the login, and the public website in two languages."""
