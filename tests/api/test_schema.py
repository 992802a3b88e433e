"""The schema says what the interface does, in both languages, and the answers follow it."""

from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator
from openapi_pydantic import OpenAPI
from tests.registry.factories import make_id

from .conftest import BORN, ROUNDS, Program, id_of, listing

pytestmark = pytest.mark.django_db
SCHEMA = "/api/v1/openapi.json"
LISTS, ONE = (
    "/api/v1/identification/rounds/{round_id}/lists",
    "/api/v1/identification/rounds/{round_id}/lists/{list_id}",
)


def schema(language: str = "zh-CN") -> dict[str, Any]:
    return Client().get(SCHEMA, headers={"Accept-Language": language}).json()


def follows(response: Any, method: str, path: str) -> None:
    """An answer has a status that the schema names, and the form that it tells."""
    whole = schema()
    told = whole["paths"][path][method]["responses"][str(response.status_code)]
    form = told["content"]["application/json"]["schema"] | {"components": whole["components"]}
    Draft202012Validator(form, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(response.json())


def test_the_schema_is_sound_and_names_every_address_with_its_key():
    told = OpenAPI.model_validate(schema())
    assert list(told.paths) == [ROUNDS, LISTS, ONE]
    for path in told.paths.values():
        for operation in filter(None, (path.get, path.post)):
            assert operation.security == [{"ByAccessKey": []}] and {"401", "403", "429"} <= set(operation.responses)
    assert told.components.securitySchemes["ByAccessKey"].scheme == "bearer"
    Draft202012Validator.check_schema(schema()["components"]["schemas"]["ListIn"])


def test_what_is_sent_is_described_as_it_is_checked(program, lists):
    whole = schema()
    sent = whole["paths"][LISTS]["post"]["requestBody"]["content"]["application/json"]["schema"]
    body = Draft202012Validator(sent | {"components": whole["components"]})
    good = listing((make_id(BORN), "陕D1"))
    assert body.is_valid(good) and program.post(lists, good).status_code == 201
    for bad in (good | {"kind": "boats"}, good | {"rows": []}, good | {"more": 1}, {}):
        assert not body.is_valid(bad) and program.post(lists, bad).status_code == 422


def test_the_answers_follow_the_schema(stage, program, lists):
    (applied,) = stage.apply(1)
    sent = listing((id_of(applied), "陕D12345"))
    follows(program.get(ROUNDS), "get", ROUNDS)
    taken = program.post(lists, sent)
    follows(taken, "post", LISTS)
    follows(program.post(lists, sent), "post", LISTS)
    follows(program.get(lists), "get", LISTS)
    follows(program.get(f"{lists}/{taken.json()['id']}"), "get", ONE)
    follows(program.get(f"{lists}/{taken.json()['id'] + 1}"), "get", ONE)
    for body in ("{", "{}", '{"rows": [{}, 1]}'):
        follows(program.post(lists, body), "post", LISTS)
    follows(program.post(lists, "x", "text/plain"), "post", LISTS)
    follows(program.post(lists, listing(("123", "x"))), "post", LISTS)
    follows(Program().get(ROUNDS), "get", ROUNDS)


def test_the_schema_speaks_the_reader_s_language():
    chinese, english = schema(), schema("en")
    assert chinese["info"]["title"] == "精准：部门接口" and "departments" in english["info"]["title"]
    assert "名单" in chinese["paths"][LISTS]["post"]["description"]
    assert "证件号码" in chinese["components"]["schemas"]["Row"]["properties"]["id_number"]["description"]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_the_page_for_programmers_is_drawn_from_the_schema(language):
    response = Client().get("/api/", headers={"Accept-Language": language})
    page = response.content.decode()
    for part in (LISTS, "rows[].id_number", "flags.confirmed", "openapi.json", "vehicle | property"):
        assert part in page, part
    assert "<script>" not in page and "//cdn" not in page and "None" not in page
