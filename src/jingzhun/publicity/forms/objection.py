"""The forms of the public website: an objection, its follow-up, an appeal."""

import secrets
from typing import Any

from django import forms
from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingzhun.publicity import codes
from jingzhun.publicity.actions.objections import LARGEST_PHOTO
from jingzhun.publicity.models import Notice, NoticeItem

from .cleaning import CleanField

MISSING = "missing"
PHOTOS = ("photo1", "photo2", "photo3")
LONGEST_TEXT = 2000
_signer = TimestampSigner(salt="publicity.objection")


def new_token() -> str:
    """Names one form, so that it becomes one objection however often it is sent."""
    return _signer.sign(secrets.token_hex(16))


class ObjectionForm(forms.Form):
    """An objection to an entry of a notice, or for somebody who is missing from it."""

    about = forms.ChoiceField(label=gettext_lazy("What is your objection about?"))
    missing = CleanField(label=gettext_lazy("Who is missing? (name, village group)"), required=False, max_length=60)
    text = CleanField(
        label=gettext_lazy("What is wrong, and how do you know?"), lines=True, min_length=5, max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
    )  # fmt: skip
    name = CleanField(label=gettext_lazy("Your name"), required=False, max_length=40)
    phone = CleanField(label=gettext_lazy("Your phone"), required=False, max_length=20)
    photo1 = forms.FileField(required=False)
    photo2 = forms.FileField(required=False)
    photo3 = forms.FileField(required=False)
    website = forms.CharField(required=False, max_length=500)  # no human sees it: whoever fills it in is none
    token = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, notice: Notice, entries: list[tuple[int, str]], good_for: int = 0, **kwargs: Any
    ) -> None:
        """`good_for`: seconds for which a form that was opened is taken."""
        super().__init__(*args, **kwargs)
        self.auto_id = "%s"
        self.notice, self.good_for = notice, good_for
        about = self.fields["about"]
        assert isinstance(about, forms.ChoiceField)  # noqa: S101  # for the type checker
        about.choices = [
            ("", _("Choose")),
            (MISSING, _("Somebody is missing from the list")),
            *[(str(position), label) for position, label in entries],
        ]
        for name, field in self.fields.items():
            if name in PHOTOS:
                field.widget.attrs["accept"] = "image/jpeg,image/png,image/webp"
        self.fields["phone"].widget.attrs |= {"inputmode": "tel", "autocomplete": "tel"}
        self.fields["name"].widget.attrs["autocomplete"] = "name"

    @property
    def is_against_an_entry(self) -> bool:
        """Whether an entry is chosen, so that nobody need be named who is missing."""
        return str(self["about"].value() or "").isdecimal() and not self["missing"].errors

    @property
    def photos(self) -> list[forms.BoundField]:
        return [self[name] for name in PHOTOS]

    def clean_website(self) -> str:
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave this field empty."))
        return ""

    def clean_phone(self) -> str:
        phone = self.cleaned_data["phone"]
        digits = sum(sign.isdigit() for sign in phone)
        if phone and (not 7 <= digits <= 15 or not all(sign.isdigit() or sign in "+-() " for sign in phone)):
            raise forms.ValidationError(_("This is not a phone number. Leave the field empty to stay anonymous."))
        return phone

    def clean_token(self) -> bytes:
        try:
            return bytes.fromhex(_signer.unsign(self.cleaned_data["token"], max_age=self.good_for))
        except (SignatureExpired, BadSignature, ValueError):
            self.data = {**self.data, "token": new_token()}
            message = _("The form was open for too long. Everything you typed is still here: please send it once more.")
            raise forms.ValidationError(message) from None

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("about") == MISSING and not data.get("missing"):
            self.add_error("missing", _("Write who is missing."))
        for name in PHOTOS:
            file = data.get(name)
            if file and file.size > LARGEST_PHOTO:
                message = _("The file is larger than %(size)s MB; take the photo with a lower resolution.")
                self.add_error(name, message % {"size": LARGEST_PHOTO // 1024**2})
        return data

    def item(self) -> NoticeItem | None:
        """The entry that is objected to; None for somebody missing."""
        about = self.cleaned_data["about"]
        return None if about == MISSING else NoticeItem.objects.get(notice=self.notice, position=int(about))

    def pictures(self) -> list[tuple[str, Any, int]]:
        """Field, file and size of each photo."""
        chosen = [(name, self.cleaned_data.get(name)) for name in PHOTOS]
        return [(name, file, file.size) for name, file in chosen if file]


class FollowForm(forms.Form):
    """The number and the secret of an objection."""

    number = forms.CharField(label=gettext_lazy("Tracking number"), max_length=40)
    secret = forms.CharField(label=gettext_lazy("Secret"), max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "%s"
        for field in self.fields.values():
            field.widget.attrs |= {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}

    def clean_number(self) -> str:
        number = codes.cleaned(self.cleaned_data["number"])
        if not codes.is_tracking_number(number):
            raise forms.ValidationError(_("There is a slip in this number. Compare it sign by sign with your note."))
        return number

    def clean_secret(self) -> str:
        return codes.cleaned(self.cleaned_data["secret"])


class AppealForm(forms.Form):
    """Why somebody goes one level up."""

    appeal = CleanField(
        label=gettext_lazy("Why are you not satisfied?"), lines=True, min_length=5, max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
    )  # fmt: skip
