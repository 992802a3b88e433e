"""Forms of the user screens."""

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level

from .area_field import AreaField, area_named
from .gateways import open_channels
from .models import NOT_IN_A_GROUP, Organisation, RoleAssignment, User
from .queries import organisations_for
from .rules import ROLE_LABELS, Role


class FirstPassword(forms.CharField):
    """A password that the user will change; it is shown while it is typed, to be told on."""

    def __init__(self) -> None:
        super().__init__(
            label=_("first password"),
            widget=forms.TextInput({"autocomplete": "off"}),
            help_text=_("At least ten characters; tell it to the user in person, who changes it at the next login."),
        )


class UserForm(forms.ModelForm):
    """A new user with a first password, to be changed at the first login."""

    password = FirstPassword()

    class Meta:
        model = User
        fields = ["username", "full_name"]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if cleaned and cleaned.get("password"):
            user = User(username=cleaned.get("username", ""), full_name=cleaned.get("full_name", ""))
            try:
                validate_password(cleaned["password"], user)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned


class PasswordForm(forms.Form):
    """A new first password for a user who forgot the old one."""

    password = FirstPassword()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password(self) -> str:
        validate_password(self.cleaned_data["password"], self.user)
        return self.cleaned_data["password"]


class RoleForm(forms.ModelForm):
    """A role in an area, found by its name or its code: 600,000 villages are too many for a drop-down."""

    role = forms.ChoiceField(label=_("role"), choices=[(role.value, ROLE_LABELS[role]) for role in Role])
    area = AreaField()
    valid_from = forms.DateField(label=_("valid from"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    valid_until = forms.DateField(
        label=_("valid until"),
        required=False,
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        help_text=_("The first day on which the role no longer holds; empty for an open end."),
    )
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("organisation"), required=False)

    class Meta:
        model = RoleAssignment
        fields = ["role", "area", "organisation", "valid_from", "valid_until"]

    def __init__(self, *args: Any, areas: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.areas = areas
        organisations: Any = self.fields["organisation"]
        organisations.queryset = organisations_for(areas)
        self.fields["area"].widget.areas = areas

    def clean_area(self) -> Area:
        area = area_named(self.cleaned_data["area"], self.areas)
        if area.level == Level.GROUP:
            raise forms.ValidationError(NOT_IN_A_GROUP)
        return area


class AccessKeyForm(forms.Form):
    """A key for a department's program."""

    label = forms.CharField(
        label=_("what it is for"),
        max_length=60,
        help_text=_("The program that will use it, for example: vehicle lists of the traffic police."),
    )
    expires_on = forms.DateField(
        label=_("valid until"),
        widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"),
        help_text=_("The first day on which the key no longer holds; at most a year from now."),
    )


class OrganisationForm(forms.ModelForm):
    """An organisation of the administrator's area."""

    area = AreaField(help_text=_("The area in which its people help; all below may choose it. Its name or its code."))

    class Meta:
        model = Organisation
        fields = ["name", "level", "area"]

    def __init__(self, *args: Any, areas: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.areas = areas
        self.fields["area"].widget.areas = areas

    def clean_area(self) -> Area:
        return area_named(self.cleaned_data["area"], self.areas)


class RemindersForm(forms.ModelForm):
    """How a user is reminded of what waits; only the ways that are set up are offered."""

    phone = forms.RegexField(
        r"^1[3-9]\d{9}$", label=_("mobile phone"), required=False, widget=forms.TextInput({"inputmode": "tel"}),
        error_messages={"invalid": _("A mobile number has eleven digits and begins with 1.")},
    )  # fmt: skip

    class Meta:
        model = User
        fields = ["reminded_by", "email", "phone"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {"", *open_channels()}
        field: Any = self.fields["reminded_by"]
        field.choices = [(name, label) for name, label in field.choices if name in offered]

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        if cleaned.get("reminded_by") == "email" and not cleaned.get("email"):
            self.add_error("email", _("Say to which address."))
        if cleaned.get("reminded_by") == "sms" and not cleaned.get("phone"):
            self.add_error("phone", _("Say to which phone."))
        return cleaned

    def save(self, commit: bool = True) -> User:
        self.instance.phone = self.cleaned_data["phone"]
        return super().save(commit)
