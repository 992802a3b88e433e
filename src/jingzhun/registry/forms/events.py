"""Forms of events: who, when, why, and what follows for the others."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jingzhun.areas.models import Area
from jingzhun.areas.rules import Level
from jingzhun.registry.models import Member
from jingzhun.registry.rules import kinship
from jingzhun.registry.rules.refusals import Refused

from .fields import code_field, date_field
from .rows import MemberForm


class _Dated(forms.Form):
    """An event has a day and may have a note."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"] = date_field(_("Day"), initial=timezone.localdate())
        self.build()
        self.fields["note"] = forms.CharField(
            label=_("Remarks"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
        )

    def build(self) -> None:
        """Add the event's own fields."""

    def refuse(self, refused: Refused) -> None:
        for name, messages in refused.messages.items():
            for message in messages:
                self.add_error(name if name in self.fields else None, str(message))


class _WithRelations(_Dated):
    """An event after which members may be something else to the head."""

    def __init__(self, *args: Any, members: Iterable[Member], **kwargs: Any) -> None:
        self.members = list(members)
        super().__init__(*args, **kwargs)

    def person(self, name: str) -> Member | None:
        """The member chosen in a field."""
        number = self.cleaned_data.get(name)
        return next((member for member in self.members if member.number == number), None)

    def require_person(self, name: str) -> Member:
        """The member chosen in a field that is required."""
        found = self.person(name)
        if found is None:
            raise Refused.because(_("Choose a member."), name)
        return found

    def relations(self, head: Member | None, concerned: Iterable[Member]) -> dict[str, str]:
        """What each member is to a head: as chosen, else as the former relations suggest."""
        found = {}
        for member in concerned:
            if head is None or member.pk == head.pk:
                continue
            if member.relation == "head":
                suggested = kinship.of_former_head(head.relation, member.sex)
            else:
                suggested = kinship.to_new_head(head.relation, head.sex, member.relation, member.sex)
            found[member.number] = self.cleaned_data.get(f"relation_{member.number}") or suggested
        return found

    def _people(self, label: Any, *, required: bool = True) -> forms.ChoiceField:
        choices = [("", "—"), *((member.number, member.name) for member in self.members)]
        return forms.ChoiceField(label=label, required=required, choices=choices)

    def _relation_fields(self, hint: str) -> None:
        label = _("%(name)s, relation to the head afterwards")
        for member in self.members:
            field = code_field(label % {"name": member.name}, "relation", required=False, without=("head",))
            codes: Any = field.choices
            field.choices = [("", hint), *list(codes)[1:]]
            self.fields[f"relation_{member.number}"] = field


class JoinForm(MemberForm):
    """A new member: the day and the way of joining, then the facts of a member."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"] = date_field(_("Day of joining"), initial=timezone.localdate())
        self.fields["reason"] = code_field(_("How"), "join_reason", without=("initial", "split", "merge"))
        self.fields["note"] = forms.CharField(label=_("Remarks"), required=False, max_length=500)

    def groups(self) -> Any:
        yield _("Joining"), [self["on"], self["reason"], self["note"]]
        yield from super().groups()


class LeaveForm(_WithRelations):
    def build(self) -> None:
        self.fields["member"] = self._people(_("Who leaves"))
        self.fields["reason"] = code_field(_("Why"), "leave_reason", without=("split", "merge"))
        if len(self.members) > 1:
            self.fields["new_head"] = self._people(_("New head, if the head leaves"), required=False)
            self._relation_fields(_("as suggested"))


class HeadChangeForm(_WithRelations):
    def build(self) -> None:
        self.fields["new_head"] = self._people(_("New head"))
        self._relation_fields(_("as suggested"))


class SplitForm(_WithRelations):
    def build(self) -> None:
        choices = [(member.number, member.name) for member in self.members]
        self.fields["members"] = forms.MultipleChoiceField(
            label=_("Who founds the new household"), choices=choices, widget=forms.CheckboxSelectMultiple
        )
        self.fields["head"] = self._people(_("Head of the new household"))
        self.fields["new_head"] = self._people(_("New head of the old household, if its head goes"), required=False)
        self._relation_fields(_("as suggested"))

    def going(self) -> list[Member]:
        return [member for member in self.members if member.number in self.cleaned_data["members"]]

    def all_relations(self) -> dict[str, str]:
        """Relations in both households afterwards."""
        going = self.going()
        staying = [member for member in self.members if member not in going]
        new = self.relations(self.person("head"), going)
        return new | self.relations(self.person("new_head"), staying)


class MergeForm(_WithRelations):
    """`members`: those of the household that is closed."""

    def build(self) -> None:
        self._relation_fields("—")
        for name, field in self.fields.items():
            if name.startswith("relation_"):
                field.required = True

    def chosen(self) -> dict[str, str]:
        return {member.number: self.cleaned_data[f"relation_{member.number}"] for member in self.members}


class MoveForm(_Dated):
    def __init__(self, *args: Any, areas: Iterable[Area], **kwargs: Any) -> None:
        self.areas = {area.code: area for area in areas}
        super().__init__(*args, **kwargs)

    def build(self) -> None:
        self.fields["area"] = forms.ChoiceField(label=_("Moves to"), choices=[("", "—"), *self._by_town()])

    def _by_town(self) -> list[tuple[str, list[tuple[str, str]]]]:
        towns: dict[str, list[tuple[str, str]]] = {}
        for area in self.areas.values():
            if area.level == Level.TOWN:
                continue
            town = self.areas.get(area.code[: Level.TOWN.digits])
            village = self.areas.get(area.code[: Level.VILLAGE.digits])
            name = f"{village.short_name} · {area.short_name}" if area != village and village else area.short_name
            towns.setdefault(town.short_name if town else _("Villages"), []).append((area.code, name))
        return list(towns.items())


class PlaceForm(MoveForm):
    """Where a household that is recorded anew lives, and since when the register knows it."""

    def build(self) -> None:
        super().build()
        self.fields["area"].label = _("Village or group")
        self.fields["on"].label = _("Recorded on")


class ReverseForm(forms.Form):
    why = forms.CharField(
        label=gettext_lazy("Why is it taken back?"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def refuse(self, refused: Refused) -> None:
        for messages in refused.messages.values():
            for message in messages:
                self.add_error(None, str(message))
