"""The page in a real browser: no errors, no request but its own, and controls that do what they say."""

import pytest

pytest.importorskip("tornado")
from browser import CHROMIUM, visit

from westshift.experiments.report.page import write_page

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium on this machine; apt-get install chromium"),
]  # fmt: skip
CHOOSE = """(() => {{
  const s = document.getElementById('{id}');
  s.value = '{value}';
  s.dispatchEvent(new Event('{event}'));
}})()"""
COLOURS = (
    "(() => { const s = getComputedStyle(document.body); return [s.color, s.backgroundColor]; })()"
)
COLUMN = (
    "[...document.querySelectorAll('#policy-table tbody tr')].map(r => r.children[{n}].textContent)"
)


@pytest.fixture(scope="module")
def address(run_folder, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "report.html"
    write_page(run_folder, path)
    return path.as_uri()


def _quiet(page, address):
    asked = [url for url in page.requests if not url.startswith(("data:", "blob:"))]
    assert asked == [address]
    assert page.errors == []


def test_it_opens_draws_and_its_controls_work(address, tmp_path):
    async def look(page):
        for name in ("plane", "map", "routes", "week"):
            drawn = await page.js(f"document.querySelectorAll('#{name}-picture svg path').length")
            assert drawn > 3, name
        label = "document.querySelector('#plane-picture svg').getAttribute('aria-label')"
        assert "plane" in await page.js(label)
        unlabelled = (
            "[...document.querySelectorAll('select, input')].filter(e => !e.labels.length).length"
        )
        assert await page.js(unlabelled) == 0

        before = await page.js(COLUMN.format(n=0))
        press = "document.querySelectorAll('#policy-table thead button')[1].click()"
        await page.js(press)
        down = [float(v.replace("−", "-")) for v in await page.js(COLUMN.format(n=1))]
        assert down == sorted(down, reverse=True)
        await page.js(press)
        up = [float(v.replace("−", "-")) for v in await page.js(COLUMN.format(n=1))]
        assert up == sorted(up) != down
        assert sorted(await page.js(COLUMN.format(n=0))) == sorted(before)

        shown = (
            "[...document.querySelectorAll('#policy-table thead th')].filter(e => !e.hidden).length"
        )
        overview = await page.js(shown)
        await page.js("document.querySelector('[name=group][value=all]').click()")
        assert await page.js(shown) > overview

        axis = "document.querySelector('#plane-picture svg').textContent"
        assert "Mean delay" not in await page.js(axis)
        await page.js(CHOOSE.format(id="plane-x", value="delay_mean_h", event="change"))
        await page.wait_for(f"{axis}.includes('Mean delay [h]')")

        picture = "document.querySelector('#week-picture svg').innerHTML"
        west = await page.js(picture)
        await page.js(CHOOSE.format(id="week-region", value="east", event="change"))
        await page.wait_for(f"{picture}.includes('coal')")
        assert await page.js(picture) != west
        await page.js(CHOOSE.format(id="week-policy", value="greenest-now", event="change"))
        await page.wait_for(f"{picture}.includes('greenest-now')")

        rows = "[...document.querySelectorAll('#figures-table tbody tr')].filter(r => !r.hidden).length"
        assumed = await page.js(rows)
        await page.js(CHOOSE.format(id="search", value="no such words", event="input"))
        assert assumed > 0
        assert await page.js(rows) == 0
        _quiet(page, address)

    visit(tmp_path / "profile", address, look)


@pytest.mark.parametrize("dark", [False, True])
def test_it_fits_a_phone_by_day_and_night(address, tmp_path, dark):
    async def look(page):
        assert await page.js("document.documentElement.scrollWidth") <= 360
        colours = await page.js(COLOURS)
        ink, paper = ([int(n) for n in c[4:-1].split(",")] for c in colours)
        assert (sum(paper) < sum(ink)) is dark
        _quiet(page, address)

    visit(tmp_path / "profile", address, look, width=360, phone=True, dark=dark)


def test_a_study_opens_too(study_folder, tmp_path):
    path = tmp_path / "study.html"
    write_page(study_folder, path)

    async def look(page):
        loaded = "[...document.images].every(i => i.complete && i.naturalWidth > 0 && i.alt)"
        await page.wait_for(loaded)
        _quiet(page, path.as_uri())

    visit(tmp_path / "profile", path.as_uri(), look)
