"""The form of a photo."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .fields import code_field, date_field


class PhotoForm(forms.Form):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"] = forms.FileField(
            label=_("Photo"),
            widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}),
            help_text=_("JPEG, PNG or WebP, up to 15 MB. Place and camera data are taken out of the picture."),
        )
        self.fields["kind"] = code_field(_("What it shows"), "photo")
        self.fields["taken_on"] = date_field(_("Taken on"), initial=timezone.localdate())
        self.fields["caption"] = forms.CharField(label=_("Caption"), required=False, max_length=200)
