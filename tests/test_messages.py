"""The screens speak Chinese and English completely."""

from babel.messages.catalog import Message
from tests import messages


def test_every_message_of_every_screen_has_a_chinese_translation():
    found = messages.problems()
    assert not found, "Run `python -m tests.messages update`, then translate:\n" + "\n".join(found)


def test_messages_are_found_in_code_and_templates(tmp_path, monkeypatch):
    code = tmp_path / "views.py"
    code.write_text('x = _("one day")\ny = ngettext("%(n)d day", "%(n)d days", n)\nz = pgettext("verb", "exit")\n')
    screen = tmp_path / "templates" / "screen.html"
    screen.parent.mkdir()
    screen.write_text(
        '<ul>\n    <li>{% translate "Don\'t go" %}</li>\n  </ul>\n'
        "{% blocktranslate trimmed count n=total %}\n    {{ n }} village\n  {% plural %}\n    {{ n }} villages\n"
        "{% endblocktranslate %}{% include 'x.html' with label=_('Label') %}"
    )
    monkeypatch.setattr(messages, "SOURCE", tmp_path)
    found = {(m.context, m.singular, m.plural) for path in (code, screen) for m in messages.messages_in(path)}
    assert found == {
        ("", "one day", ""),
        ("", "%(n)d day", "%(n)d days"),
        ("verb", "exit", ""),
        ("", "%(n)s village", "%(n)s villages"),
        ("", "Label", ""),
        ("", "Don't go", ""),
    }


def test_a_translation_that_loses_or_renames_a_placeholder_is_named():
    assert messages.wrong_with(Message("%(count)s of %(total)s", "共 %(sum)s 条，第 %(count)s 条"))
    assert messages.wrong_with(Message("{rows} rows", "若干行"))
    assert not messages.wrong_with(Message("%(count)s of %(total)s", "共 %(total)s 条，第 %(count)s 条"))
    assert not messages.wrong_with(Message(("%d day", "%d days"), ("%d 天",)))


def test_a_fuzzy_translation_is_named():
    assert messages.wrong_with(Message("village", "村", flags={"fuzzy"})) == ["'village' is fuzzy"]
