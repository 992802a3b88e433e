from django.urls import URLPattern, path, register_converter

from jingzhun.registry.views import edit, events, forms, household, households, photos, search


class _Digits:
    regex = r"\d+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class HouseholdNumber(_Digits):
    """17 digits: the village's 12 and a serial number."""

    regex = r"\d{17}"


class PersonNumber(_Digits):
    """19 digits: the household's 17 and a serial number."""

    regex = r"\d{19}"


register_converter(HouseholdNumber, "household")
register_converter(PersonNumber, "person")

urlpatterns: list[URLPattern] = [
    path("search/", search.search, name="search"),
    path("search/find/", search.find, name="find"),
    path("households/", households.households, name="households"),
    path("households/ask/", households.ask, name="households-ask"),
    path("households/choices/", households.choices, name="households-choices"),
    path("households/persons/", households.persons, name="households-persons"),
    path("households/export/", households.export, name="households-export"),
    path("households/filters/", households.keep_filter, name="filter-keep"),
    path("households/filters/<int:pk>/drop/", households.drop_filter, name="filter-drop"),
    path("households/add/", edit.add, name="household-add"),
    path("households/<household:number>/", household.household, name="household"),
    path("households/<household:number>/reveal/", household.reveal, name="household-reveal"),
    path("households/<household:number>/timeline/", household.timeline, name="household-timeline"),
    path("households/<household:number>/form/", forms.form, name="household-form"),
    path("households/<household:number>/edit/", edit.household, name="household-edit"),
    path("households/<household:number>/members/<person:person>/", edit.member, name="member-edit"),
    path("households/<household:number>/surveys/add/", edit.survey, name="survey-add"),
    path("households/<household:number>/surveys/<int:year>/", edit.survey, name="survey-edit"),
    path("households/<household:number>/photos/add/", photos.add, name="photo-add"),
    path("households/<household:number>/join/", events.join, name="event-join"),
    path("households/<household:number>/leave/", events.leave, name="event-leave"),
    path("households/<household:number>/head/", events.head, name="event-head"),
    path("households/<household:number>/split/", events.split, name="event-split"),
    path("households/<household:number>/merge/", events.merge, name="event-merge"),
    path("households/<household:number>/move/", events.move, name="event-move"),
    path("households/<household:number>/events/<int:pk>/reverse/", events.reverse, name="event-reverse"),
    path("photos/<int:pk>/", photos.photo, name="photo"),
    path("photos/<int:pk>/remove/", photos.remove, name="photo-remove"),
]
