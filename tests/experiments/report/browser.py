"""A headless Chromium, driven through its DevTools protocol; it has no network but what it asks for is noted."""

import asyncio
import base64
import json
import shutil
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

CHROMIUM = next(
    (p for p in map(shutil.which, ("chromium", "chromium-browser", "google-chrome")) if p), None
)
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    "--remote-debugging-port=0", "--remote-allow-origins=*",
)  # fmt: skip
PATIENCE_S = 30.0


@contextmanager
def chromium(profile: Path):
    """Yields the port that it listens on, on loopback; ends it."""
    process = subprocess.Popen(
        [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        told, until = profile / "DevToolsActivePort", time.monotonic() + PATIENCE_S
        while not (told.is_file() and len(told.read_text().split()) == 2):
            assert process.poll() is None, "chromium ended"
            assert time.monotonic() < until, "chromium does not listen"
            time.sleep(0.05)
        yield told.read_text().split()
    finally:
        process.terminate()
        process.wait(20)


class Page:
    """A tab: what it asked for, what its console said, and what its scripts answer."""

    def __init__(self, socket):
        self.socket, self.count, self.requests, self.errors = socket, 0, [], []

    async def send(self, method, session=None, **params):
        self.count += 1
        mine = self.count
        message = {"id": mine, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        await self.socket.write_message(json.dumps(message))
        while True:
            told = json.loads(await asyncio.wait_for(self.socket.read_message(), PATIENCE_S))
            if told.get("id") == mine:
                assert "error" not in told, told
                return told["result"]
            self._note(told)

    def _note(self, told):
        what, params = told.get("method"), told.get("params", {})
        if what == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif what == "Runtime.exceptionThrown":
            self.errors.append(params["exceptionDetails"]["exception"].get("description", "?"))
        elif what == "Runtime.consoleAPICalled" and params["type"] in (
            "error",
            "warning",
            "assert",
        ):
            self.errors.append(str([a.get("value", a.get("description")) for a in params["args"]]))
        elif what == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.errors.append(params["entry"]["text"])

    async def open(self, url, width=1200, dark=False, phone=False):
        target = (await self.send("Target.createTarget", url="about:blank"))["targetId"]
        attached = await self.send("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        for domain in ("Page", "Network", "Runtime", "Log"):
            await self.send(f"{domain}.enable", self.session)
        await self.send(
            "Emulation.setDeviceMetricsOverride", self.session,
            width=width, height=900, deviceScaleFactor=1, mobile=phone,
        )  # fmt: skip
        await self.send(
            "Emulation.setEmulatedMedia", self.session,
            features=[{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}],
        )  # fmt: skip
        await self.send("Page.navigate", self.session, url=url)
        await self.wait_for("document.documentElement?.dataset.drawn === 'yes'")

    async def js(self, expression):
        told = await self.send(
            "Runtime.evaluate", self.session,
            expression=expression, awaitPromise=True, returnByValue=True,
        )  # fmt: skip
        assert "exceptionDetails" not in told, told
        return told["result"].get("value")

    async def wait_for(self, expression):
        until = time.monotonic() + PATIENCE_S
        while not await self.js(expression):
            assert time.monotonic() < until, f"never: {expression}; {self.errors}"
            await asyncio.sleep(0.1)

    async def picture(self, path):
        size = await self.js(
            "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
        )
        clip = {"x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1}
        shot = await self.send(
            "Page.captureScreenshot", self.session, clip=clip, captureBeyondViewport=True
        )
        Path(path).write_bytes(base64.b64decode(shot["data"]))


def visit(profile, url, do, **how):
    """Open a page in a new browser, let `do(page)` look at it, and return what that returns."""
    from tornado.websocket import websocket_connect

    async def main(port, path):
        socket = await websocket_connect(f"ws://127.0.0.1:{port}{path}", max_message_size=2**28)
        page = Page(socket)
        await page.open(url, **how)
        out = await do(page)
        socket.close()
        return out

    with chromium(profile) as (port, path):
        return asyncio.run(main(port, path))
