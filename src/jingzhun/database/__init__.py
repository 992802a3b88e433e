"""A Django database engine that brings its own PostgreSQL when no other is named.

With `DATABASE_URL` unset, the first connection starts the embedded server (`jingzhun.database.server`);
with it set, this is Django's own PostgreSQL backend and nothing else.
"""
