"""The product's settings and one task more, slow enough to be killed in the middle."""

from jingzhun.settings import *  # noqa: F403

PROCRASTINATE_IMPORT_PATHS = ["tests.cli.slow_tasks"]
