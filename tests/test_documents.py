"""What the documents name is there."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = ["CONTRIBUTING.md", "SECURITY.md", "README.md", "ARCHITECTURE.md"]
SOURCES = [*(ROOT / "src").rglob("*.py"), *(ROOT / "tests").rglob("*.py"), ROOT / "Makefile"]


def test_every_setting_that_a_document_names_is_read_somewhere():
    code = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES if path != Path(__file__))
    read = set(re.findall(r"JINGZHUN_[A-Z_]+", code)) | {
        f"JINGZHUN_{name}" for name in re.findall(r'_secret\("(\w+)"', code)
    }
    for document in DOCUMENTS:
        named = set(re.findall(r"JINGZHUN_[A-Z_]+", (ROOT / document).read_text(encoding="utf-8")))
        assert named <= read, document


def test_every_document_that_the_settings_name_is_there():
    settings = (ROOT / "src/jingzhun/settings.py").read_text(encoding="utf-8")
    named = re.findall(r"\b(?:docs/[\w./]+|[A-Z]+\.md)", settings)
    assert named and all((ROOT / name).exists() for name in named)
