"""Draw the procedures' tables into docs/procedures.*.md: `make procedures`. A test holds the files to the tables."""

import os
from pathlib import Path

HERE = Path(__file__).parent
LANGUAGES = {"en": "en", "zh": "zh-hans"}
HEADS = {
    "en": "# Procedures\n\nDrawn from the tables that the engine runs (`jingzhun procedure --markdown`).\n\n",
    "zh": "# 办理程序\n\n由系统实际运行的程序表生成（`jingzhun procedure --markdown`）。\n\n",
}


def drawn(language: str) -> str:
    """The document in a language: en or zh."""
    from django.utils import translation

    from jingzhun.procedure import drawing, registry

    with translation.override(LANGUAGES[language]):
        return HEADS[language] + "\n".join(drawing.markdown(table) for table in registry.procedures())


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jingzhun.settings")
    import django

    django.setup()
    for language in LANGUAGES:
        (HERE / f"procedures.{language}.md").write_text(drawn(language), encoding="utf-8")


if __name__ == "__main__":
    main()
