"""The page of a result: what it says, that it is whole, and that the same result gives the same bytes."""

import builtins
import json
import re
import string

import pandas as pd
import pytest

from westshift.experiments.report import found
from westshift.experiments.report.page import page, write_page
from westshift.experiments.report.policy_rows import GROUPS, columns
from westshift.experiments.report.result import read_result
from westshift.experiments.report.words import EN, MEASURES, WORDS, ZH
from westshift.models.errors import InputError


@pytest.fixture(scope="module")
def html(run_folder):
    return page(read_result(run_folder))


def _data(html):
    return json.loads(re.search(r'id="data">(.*?)</script>', html, re.S).group(1))


def test_the_same_result_gives_the_same_bytes(run_folder, html):
    assert page(read_result(run_folder)) == html


def test_nothing_outside_is_named_where_a_browser_would_ask_for_it(html):
    own = re.sub(r"<script>.*?</script>", "", html, flags=re.S)
    assert not re.search(r"""(src|href)\s*=\s*["'](?!#|data:)""", own)
    assert "url(" not in own
    assert "@import" not in own
    assert "default-src 'none'" in own


def test_numbers_on_the_page_are_those_of_the_result(run_folder, html):
    table = pd.read_csv(run_folder / "policies.csv").set_index("policy")
    points = {p["policy"]: p for p in _data(html)["plane"]["points"]}
    assert list(points) == list(table.index)
    for name, p in points.items():
        assert p["system"] == pytest.approx(table.loc[name, "avoided_system_pct"], abs=1e-4)
        assert p["delay_mean_h"] == pytest.approx(table.loc[name, "delay_mean_h"], abs=1e-4)
    routes = pd.read_csv(run_folder / "routes.csv")
    for name, own in routes.groupby("policy"):
        shown = _data(html)["routes"][name]
        assert sum(r["gwh"] for r in shown) == pytest.approx(own["moved_gwh"].sum(), rel=1e-3)


def test_hours_on_the_page_are_those_of_the_result_to_three_digits(run_folder, html):
    week = _data(html)["week"]
    hours = pd.read_csv(run_folder / "hourly" / "co-planned.csv.gz")
    for region in ("east", "west"):
        own = hours[hours["region"] == region]
        at = week["series"][f"co-planned|{region}|0"]
        for column in ("coal", "wind", "demand", "compute", "curtailed"):
            values = own[f"{column}_mw"].tolist()
            shown = week["pool"][at[column]] if column in at else [0.0] * len(values)
            assert shown == pytest.approx(values, rel=5.1e-3, abs=1e-6)
    both = hours.groupby("hour_of_year")["compute_mw"].sum().tolist()
    at = week["series"]["co-planned||0"]["compute"]
    assert week["pool"][at] == pytest.approx(both, rel=5.1e-3)


def test_every_measure_has_a_column_and_a_chinese_name(run_folder):
    measures = read_result(run_folder).measures
    shown = columns(measures, {})
    assert len({(c.name, c.unit) for c in shown}) == len(shown)
    assert {c.name for c in shown} <= set(MEASURES["zh"])
    assert {g for c in shown for g in c.groups} == {"overview", *GROUPS}


def test_words_of_both_languages_take_the_same_values():
    fields = {
        lang: {k: {f for _, f, _, _ in string.Formatter().parse(t) if f} for k, t in words.items()}
        for lang, words in WORDS.items()
    }
    assert fields["en"] == fields["zh"]
    assert set(EN) == set(ZH)


def test_bad_news_comes_first(run_folder):
    from dataclasses import replace

    measures = dict(read_result(run_folder).measures)
    worse = {"avoided_system_t": -2000.0, "avoided_system_pct": -1.5}
    measures["planned"] = replace(measures["planned"], **worse)
    routes = pd.read_csv(run_folder / "routes.csv")
    routes.loc[routes["policy"] == "co-planned", "avoided_t"] = -900.0
    said = found.sentences(measures, "here-and-now", routes, EN)
    tones = [s.tone for s in said]
    assert tones == sorted(tones, key=["bad", "good", "plain"].index)
    assert said[0].text.startswith("planned emits more")
    assert "rise by 2.0 kt" in said[0].text
    claims = [s.text for s in said if "says less carbon" in s.text]
    assert len(claims) == 3
    assert any("routes emit more" in s.text and "0.9 kt" in s.text for s in said)


def test_names_are_text_and_never_markup(run_folder, copy_of):
    folder = copy_of(run_folder)
    manifest = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    evil = "</script><img src=x onerror=alert(1)>"
    manifest["warnings"] = [evil]
    (folder / "run.json").write_text(json.dumps(manifest), encoding="utf-8")
    table = pd.read_csv(folder / "routes.csv")
    table["origin"] = evil
    table.to_csv(folder / "routes.csv", index=False)
    html = page(read_result(folder))
    assert "<img src=x" not in html
    assert _data(html)["routes"]["planned"][0]["from"] == evil


def test_chinese_words_and_figures_of_all_confidences(run_folder):
    html = page(read_result(run_folder), "zh")
    assert '<html lang="zh-CN">' in html
    assert "主要发现" in html
    assert "What was found" not in html
    assert 'data-mark="assumed"' in html


def test_a_study_shows_its_sentences_tables_and_pictures(study_folder):
    html = page(read_result(study_folder))
    manifest = json.loads((study_folder / "run.json").read_text(encoding="utf-8"))
    assert html.count("data:image/png;base64,") == sum(
        f.endswith(".png") for f in manifest["files"]
    )
    assert "When does price-taking stop?" in html
    assert "penetration.csv" in html
    assert "vegaEmbed=" not in html


def test_a_changed_scenario_and_a_lost_table_are_refused(run_folder, copy_of):
    folder = copy_of(run_folder)
    (folder / "routes.csv").unlink()
    with pytest.raises(InputError, match=r"routes.csv: cannot be read"):
        page(read_result(folder))
    with (folder / "scenario" / "regions.csv").open("a", encoding="utf-8") as file:
        file.write("\n")
    with pytest.raises(InputError, match="was changed since the result was written"):
        read_result(folder)


def test_a_page_that_cannot_be_written_leaves_nothing(run_folder, tmp_path):
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "x").write_text("")
    with pytest.raises(InputError, match="could not be written"):
        write_page(run_folder, tmp_path / "taken")
    assert [p.name for p in tmp_path.iterdir()] == ["taken"]


def test_missing_packages_are_named_with_what_to_install(run_folder, monkeypatch):
    real = builtins.__import__

    def no_altair(name, *rest, **kwargs):
        if name == "altair":
            raise ModuleNotFoundError("No module named 'altair'", name="altair")
        return real(name, *rest, **kwargs)

    monkeypatch.setattr(builtins, "__import__", no_altair)
    with pytest.raises(InputError, match=re.escape("pip install 'westshift[report]'")):
        page(read_result(run_folder))
