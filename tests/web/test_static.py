"""The files of the pages, as they are served: named by their content, packed, and none of them missing."""

import re
from pathlib import Path

from django.core.management import call_command
from django.template.loader import render_to_string

MANIFEST = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}


def test_every_file_that_a_page_asks_for_is_collected_under_a_name_of_its_content(settings, tmp_path: Path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = MANIFEST
    call_command("collectstatic", interactive=False, verbosity=0)  # fails on a reference to a file that is not there
    asked = set()
    for template in ("web/root.html", "web/plain.html", "web/error.html"):
        asked |= set(re.findall(r'"/static/([^"]+)"', render_to_string(template)))
    assert {"js", "css", "svg"} <= {name.rsplit(".", 1)[1] for name in asked}
    for name in asked:
        assert re.search(r"\.[0-9a-f]{12}\.\w+$", name), name
        assert (tmp_path / name).exists(), name
    packed = {path.name for path in tmp_path.rglob("*.gz")}
    assert any(name.startswith("tabler.min.") for name in packed)
