"""Take the pictures of the guides from the running demo: `make shots`.

Serves the demo county of this checkout on a free port, logs in as its people, and writes docs/pictures/*.png: the desk
in both languages, the phone in Chinese.
"""

import json
import os
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright
from tests.browser.install import find

PICTURES = Path(__file__).parent / "pictures"
JINGZHUN = Path(sys.executable).parent / "jingzhun"
HOUSEHOLD = "61042610220100001"

# Name of the picture, who looks, at which address, and in which forms the guides show it.
SHOTS = (
    ("situation", "leader", "/", ("zh", "en", "phone")),
    ("households", "county", "/register/households/?status=registered&year=2014", ("en",)),
    ("household", "clerk", f"/register/households/{HOUSEHOLD}/", ("zh", "en", "phone")),
    ("checks", "county", "/register/checks/", ("zh", "en")),
    ("import", "county", "/register/imports/", ("zh", "en")),
)
DESK, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}
FORMS = {"zh": ("", "zh-hans", DESK), "en": (".en", "en", DESK), "phone": (".phone", "zh-hans", PHONE)}


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"JINGZHUN_DEMO": "1"}
    subprocess.run([JINGZHUN, "demo", "--if-empty"], env=environment, check=True)  # noqa: S603
    command = [JINGZHUN, "serve", "--port", str(port), "--json"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603
        try:
            assert server.stdout is not None  # noqa: S101
            told = json.loads(server.stdout.readline())
            _await(port)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=find(), args=["--no-sandbox"])
                passwords = {login["username"]: login["password"] for login in told["logins"]}
                for name, user, address, forms in SHOTS:
                    for form in forms:
                        _take(browser, told["url"], name, (user, passwords[user]), address, form)
        finally:
            server.terminate()


def _await(port: int, patience: float = 30) -> None:
    """Wait until the web processes accept connections."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.2)
    raise SystemExit("the server did not come up")


def _take(browser: Browser, base: str, name: str, login: tuple[str, str], address: str, form: str) -> None:
    suffix, language, size = FORMS[form]
    context = browser.new_context(viewport=size, device_scale_factor=1)
    context.add_cookies([{"name": "django_language", "value": language, "url": base}])
    page = context.new_page()
    page.goto(f"{base}accounts/login/")
    page.fill("input[name=login]", login[0])
    page.fill("input[name=password]", login[1])
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "login" not in url)
    page.goto(base.rstrip("/") + address, wait_until="networkidle")
    page.screenshot(path=PICTURES / f"{name}{suffix}.png")
    context.close()


if __name__ == "__main__":
    main()
