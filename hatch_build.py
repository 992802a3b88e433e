"""What the wheel needs that is not in the tree: the compiled translations."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompiledTranslations(BuildHookInterface):
    """Compile every .po beside itself, as `make setup` does, and take the .mo into the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        for po in sorted(Path(self.root).glob("src/jingzhun/*/locale/*/LC_MESSAGES/django.po")):
            mo = po.with_suffix(".mo")
            with po.open("rb") as source, mo.open("wb") as target:
                write_mo(target, read_po(source, locale=po.parts[-3]), use_fuzzy=True)
            build_data["artifacts"].append(f"/{mo.relative_to(self.root).as_posix()}")
