"""Texts of the schema: translated when it is asked for, in the language of whoever asks."""

from collections.abc import Callable
from typing import cast

from django.utils import translation

gettext_lazy = cast(Callable[[str], str], translation.gettext_lazy)
