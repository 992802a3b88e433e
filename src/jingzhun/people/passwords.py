"""What a password must fulfil, said in the language of the screen."""

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import ngettext


class LongEnough(MinimumLengthValidator):
    """Django's check of the length. Its own message has no Chinese: its catalog still holds an earlier wording."""

    def get_error_message(self) -> str:
        wording = ngettext(
            "A password has at least %(number)s character; this one is too short.",
            "A password has at least %(number)s characters; this one is too short.",
            self.min_length,
        )
        return wording % {"number": self.min_length}
