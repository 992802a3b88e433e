"""`python -m tests.browser.install`: see to it that there is a Chromium to test with.

One that is there is taken; else, as root on Debian, Debian's is installed with a Chinese font; else Playwright's own.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """Path of a Chromium: CHROMIUM of the environment, the system's, or Playwright's own."""
    if named := os.environ.get("CHROMIUM"):
        return shutil.which(named)
    for name in NAMES:
        # Ubuntu's chromium-browser is a script that asks for a snap: only what tells its version is a browser.
        if (path := shutil.which(name)) and _tells_its_version(path):
            return path
    return _playwrights_own()


def install() -> str | None:
    """Path of a Chromium, installed if need be; None if none can be had."""
    if os.environ.get("CHROMIUM"):
        return find()  # whoever names one wants that one and no other
    if found := find():
        return found
    _by_apt()
    if found := find():
        return found
    _by_playwright()
    return find()


def _by_apt() -> None:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update", "-qq"], ["install", "-qq", "-y", "chromium", "fonts-noto-cjk"]):
            subprocess.run(["apt-get", *command], env=environment, stdout=sys.stderr, check=False)


def _by_playwright() -> None:
    # Libraries of the system only root can add.
    extra = ["--with-deps"] if os.geteuid() == 0 else []
    command = [sys.executable, "-m", "playwright", "install", *extra, "chromium"]
    subprocess.run(command, stdout=sys.stderr, check=False)


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() and _tells_its_version(path) else None


def _tells_its_version(path: str) -> bool:
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=60, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


if __name__ == "__main__":
    if found := install():
        print(f"Browser tests use {found}")
    elif named := os.environ.get("CHROMIUM"):
        sys.exit(f"CHROMIUM names {named}, and there is no such program.")
    else:
        sys.exit(
            "No Chromium for the browser tests: none is installed, and neither apt-get (as root on Debian) nor "
            "`playwright install chromium` could bring one. Install one and name it by CHROMIUM=/path/to/it."
        )
