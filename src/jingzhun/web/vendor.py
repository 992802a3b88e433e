"""Copy the front-end packages out of node_modules into the tree (`make assets`; standard library only).

The copies are committed, so that running and testing need no npm. `vendor.json` beside them names each package with
version and licence, and `LICENCES.txt` holds their texts. References to source maps are cut: the maps are not copied,
and a missing file would stop collectstatic.
"""

import json
import re
import shutil
from pathlib import Path

ROOT = Path(__file__).parents[3]
MODULES = ROOT / "node_modules"
VENDOR = Path(__file__).parent / "static" / "vendor"
ICONS = Path(__file__).parent / "icons"

ICON_PACKAGE = "@tabler/icons"
FILES = {
    "@tabler/core": ["dist/css/tabler.min.css", "dist/js/tabler.min.js"],
    "echarts": ["dist/echarts.min.js"],
    "htmx.org": ["dist/htmx.min.js"],
    "leaflet": ["dist/leaflet.js", "dist/leaflet.css"],
}
ICON_NAMES = """
    adjustments alarm alert-triangle arrow-back-up arrow-forward-up arrow-left arrow-right arrows-exchange ban bell
    bolt book briefcase building building-community calculator calendar camera chart-bar chart-line chart-pie check
    checks chevron-down chevron-left chevron-right chevron-up circle-check circle-x clipboard-check clipboard-list
    clipboard-off clock coin columns copy database-export database-import device-floppy dots download droplet edit
    external-link eye eye-off file-download file-export file-import file-spreadsheet file-text filter first-aid-kit
    flag friends gavel hammer heart-handshake heartbeat help history home home-2 home-heart hourglass id info-circle
    key language layout-dashboard link list list-check list-details loader-2 lock logout mail map map-pin menu-2
    message-check message-circle mood-kid moon note notebook package paperclip pencil phone photo plant-2 player-stop
    plus point printer qrcode refresh report road school scissors search send server settings shield shield-check
    sort-ascending stack-2 sun table table-export tags target target-arrow thumb-up tool tractor trash
    tree trending-down trending-up truck truck-delivery upload user user-check user-heart user-minus user-off
    user-plus user-question user-x users users-group users-plus walk wallet wheelchair world writing x zoom-in
""".split()


def main() -> None:
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    listed = [_copy(package, files) for package, files in FILES.items()]
    listed.append(_copy_icons())
    (VENDOR / "vendor.json").write_text(json.dumps(listed, indent=1) + "\n")
    (VENDOR / "LICENCES.txt").write_text("\n\n".join(map(_licence, [*FILES, ICON_PACKAGE])), encoding="utf-8")


def _licence(package: str) -> str:
    """The licence's text and notice; of a package that carries none, what its description and its files say."""
    source = MODULES / package
    texts = [(source / name).read_text(encoding="utf-8") for name in ("LICENSE", "NOTICE") if (source / name).exists()]
    if not texts:
        about = json.loads((source / "package.json").read_text(encoding="utf-8"))
        texts = [
            f"{about['license']} licence. {about.get('homepage', '')}\nThe files begin with their copyright notice."
        ]
    return f"==== {package} ====\n\n" + "\n".join(text.strip() + "\n" for text in texts)


def _copy(package: str, files: list[str]) -> dict[str, object]:
    source = MODULES / package
    about = json.loads((source / "package.json").read_text(encoding="utf-8"))
    for name in files:
        text = (source / name).read_text(encoding="utf-8")
        text = re.sub(r"(?m)^(/\*#|//#) sourceMappingURL=.*$\n?", "", text)
        text = re.sub(r"url\((?!data:|['\"]?data:|#)[^)]*\)", "none", text) if name.endswith(".css") else text
        (VENDOR / Path(name).name).write_text(text, encoding="utf-8")
    names = sorted(Path(name).name for name in files)
    return {"package": package, "version": about["version"], "licence": about["license"], "files": names}


def _copy_icons() -> dict[str, object]:
    source = MODULES / ICON_PACKAGE
    about = json.loads((source / "package.json").read_text(encoding="utf-8"))
    shutil.rmtree(ICONS, ignore_errors=True)
    ICONS.mkdir()
    for name in ICON_NAMES:
        text = (source / "icons" / "outline" / f"{name}.svg").read_text(encoding="utf-8")
        (ICONS / f"{name}.svg").write_text(re.sub(r"(?s)<!--.*?-->\s*", "", text), encoding="utf-8")
    return {"package": ICON_PACKAGE, "version": about["version"], "licence": about["license"], "files": ICON_NAMES}


if __name__ == "__main__":
    main()
