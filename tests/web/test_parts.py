"""The parts that pages are made of: they say the same to eye and ear, and never trust what is put into them."""

import django_tables2 as tables
import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory


def render(text: str, **context) -> str:
    request = RequestFactory().get("/", context.pop("query", {}))
    return Template("{% load shell django_tables2 %}" + text).render(Context({"request": request, **context}))


class Villages(tables.Table):
    name = tables.Column("行政村")
    persons = tables.Column(
        "人口", attrs={"td": {"class": "text-end", "data-label": "人"}, "th": {"class": "text-end"}}
    )

    class Meta:
        attrs = {"class": "table-hover", "id": "villages"}
        row_attrs = {"data-href": lambda record: f"/{record['name']}"}
        empty_text = "没有符合条件的村。"


def table_of(rows: int, **page) -> Villages:
    table = Villages([{"name": f"村<{n}>", "persons": n} for n in range(rows)], order_by="-persons")
    table.paginate(page=page.get("page", 1), per_page=10)
    return table


def test_a_table_sorts_pages_and_names_its_cells():
    text = render("{% render_table table %}", table=table_of(1234, page=2))
    assert 'class="table table-vcenter card-table table-hover"' in text
    assert 'id="villages"' in text
    assert 'aria-sort="descending"' in text
    assert 'data-label="行政村"' in text
    assert text.count('data-label="人"') == 10
    assert "1,234" in text
    assert 'aria-current="page"' in text
    assert 'href="?page=3"' in text


def test_a_page_that_answers_a_form_leads_to_where_it_is_found():
    page = Paginator(range(40), 10).page(2)
    text = "{% page_links page 'page' as links %}{{ links.before }} {{ links.after }}"
    assert render(text, page=page) == "?page=1 ?page=3"
    told = {"page": page, "come_back": "/list/?area=6"}
    assert render(text, **told) == "/list/?page=1 /list/?page=3"
    assert render(text, **told, query={"a": "1"}) == "/list/?a=1&amp;page=1 /list/?a=1&amp;page=3"


def test_a_table_escapes_what_is_in_it():
    text = render("{% render_table table %}", table=table_of(3))
    assert "村&lt;1&gt;" in text
    assert "村<1>" not in text


def test_an_empty_table_says_what_to_do_next():
    text = render("{% render_table table %}", table=table_of(0))
    assert "没有符合条件的村。" in text
    assert "<thead" not in text


def test_an_attribute_stands_once():
    text = render("{% render_table table %}", table=table_of(1))
    for tag in text.split("<"):
        assert tag.count("class=") <= 1
        assert tag.count("data-label=") <= 1


class Person(forms.Form):
    name = forms.CharField(label="姓名", help_text="与身份证一致", max_length=10)
    sex = forms.ChoiceField(label="性别", choices=[("1", "男"), ("2", "女")], widget=forms.RadioSelect)
    sure = forms.BooleanField(label="已核实")
    password = forms.CharField(label="密码", widget=forms.PasswordInput(attrs={"placeholder": "密码"}))

    def clean(self):
        raise forms.ValidationError("总的错误 <b>")


def test_a_form_ties_label_help_and_error_to_its_field():
    text = str(Person({"name": ""}))
    assert 'for="id_name"' in text
    assert 'aria-describedby="id_name_helptext id_name_error"' in text
    assert 'id="id_name_helptext"' in text
    assert 'id="id_name_error"' in text
    assert 'aria-invalid="true"' in text
    assert "总的错误 &lt;b&gt;" in text
    assert "<fieldset" in text
    assert text.count('class="form-check-input') == 3
    assert "placeholder" not in text


def test_a_number_leads_to_the_list_behind_it():
    assert '<a href="/list/"' in render_to_string("web/stat.html", {"label": "户", "value": 5, "url": "/list/"})
    assert "<a" not in render_to_string("web/stat.html", {"label": "户", "value": 5})


@pytest.mark.parametrize("template", ["web/chart.html", "web/map.html"])
def test_a_picture_has_its_numbers_as_a_table_and_cannot_smuggle_in_a_script(template):
    evil = {"name": "</script><script>alert(1)</script>"}
    context = {"id": "p", "title": "各村", "option": evil, "data": evil, "heads": ["村"], "rows": [["永安村"]]}
    text = render_to_string(template, context)
    assert "<script>alert" not in text
    assert 'aria-label="各村"' in text
    assert "<td>永安村</td>" in text


def test_progress_asks_on_until_the_job_has_ended():
    job = {"phase": "核对", "percent": 27, "url": "/job/1/", "cancel_url": "/job/1/cancel/"}
    text = render_to_string("web/progress.html", job)
    assert 'hx-get="/job/1/"' in text
    assert 'aria-valuenow="27"' in text
    for ended in ({"done": True}, {"failed": "磁盘已满"}):
        text = render_to_string("web/progress.html", job | ended)
        assert "hx-get" not in text
        assert "/cancel/" not in text


def test_a_query_string_changes_only_what_is_asked():
    text = render("{% query_with page=None town='3' %}", query={"page": "2", "q": "张&李"})
    assert text in ("?q=%E5%BC%A0%26%E6%9D%8E&amp;town=3", "?q=%E5%BC%A0%26%E6%9D%8E&town=3")
