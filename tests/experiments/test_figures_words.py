"""Figures in English and Chinese."""

import re
import warnings
from types import SimpleNamespace

import matplotlib
import pytest
from matplotlib import font_manager
from matplotlib.text import Text

from westshift.experiments.figures import chinese, fonts, policies, style, week, words
from westshift.experiments.figures.words import either, named, say, speaking, wrapped
from westshift.experiments.simulate import simulate
from westshift.models.errors import InputError
from westshift.models.scenario import POLICY_NAMES, load_scenario

IDEOGRAPH = "\u3400-\u9fff"


def has_font():
    try:
        return bool(fonts.chinese_font())
    except InputError:
        return False


needs_font = pytest.mark.skipif(not has_font(), reason="no Chinese font on this machine")


@pytest.fixture(scope="module")
def run():
    return simulate(load_scenario("two_region"), workers=1)


@pytest.fixture
def any_font(monkeypatch):
    """Chinese without its font: what is said can be tested anywhere, how it looks cannot."""
    for module in (words, style):
        monkeypatch.setattr(module, "chinese_font", lambda: fonts.LATIN)


# What is said


def test_english_is_said_as_it_stands():
    assert say("Added delay [h]") == "Added delay [h]"
    assert say("{pct:.2g} % unserved", pct=0.123) == "0.12 % unserved"
    assert say("never heard of") == "never heard of"


def test_chinese_comes_from_the_dictionary_and_numbers_stay(any_font):
    with speaking("zh"):
        assert say("Added delay [h]") == "新增延迟 [h]"
        assert say("{pct:.2g} % unserved", pct=0.123) == "0.12 % 未完成"
        assert named("oracle") == "全知规划"
        assert named("my-own-policy") == "my-own-policy"
        assert either("East", "东部") == "东部"
        assert either("East", "") == "East"  # a user's table need not have both
    assert say("Added delay [h]") == "Added delay [h]"
    assert either("East", "东部") == "East"


def test_a_text_without_chinese_is_a_mistake_that_shows(any_font):
    with speaking("zh"), pytest.raises(words.Untranslated, match="never heard of"):
        say("never heard of")
    assert say("never heard of") == "never heard of"  # English again, though that failed


def test_an_unknown_language_is_one_sentence():
    with pytest.raises(InputError, match=r"language 'de'.*en, zh"), speaking("de"):
        pass


def test_every_policy_and_technology_has_a_name_and_no_two_the_same():
    assert set(POLICY_NAMES) <= set(chinese.POLICIES)
    assert set(style.TECHNOLOGIES) <= set(chinese.POWER)
    assert len(set(chinese.POLICIES.values())) == len(chinese.POLICIES)


@pytest.mark.parametrize("english", chinese.TEXTS)
def test_both_languages_have_the_same_fields_and_units(english):
    text = chinese.TEXTS[english]
    assert set(re.findall(r"{(\w+)", text)) == set(re.findall(r"{(\w+)", english))
    assert "$" not in english + text  # mathtext does not look into a second font
    for unit in re.findall(r"\[(t|kg|CNY|ms|h|MW|GWh|%|kg/MWh)\b", english):
        assert unit in text
    assert not re.search(rf"[{IDEOGRAPH}][,;:]|[,;:][{IDEOGRAPH}]", text)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_figures_of_a_run_speak_one_language(language, run, any_font):
    allowed = "CNY|MWh|GWh|PUE|hour0024"
    with speaking(language), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of glyphs: any_font
        for figure in (policies, week):
            rows = figure.rows(run)
            texts = [t.get_text() for t in figure.draw(rows).findobj(Text)]
            for text in (*texts, figure.caption(run, rows).split("\n\n")[1]):
                if language == "en":
                    assert not re.search(f"[{IDEOGRAPH}]", text)
                else:
                    left = re.sub(allowed, "", text)
                    assert not re.findall(r"[A-Za-z]{3,}", left), text


# How it looks


@needs_font
def test_every_character_of_every_text_has_a_glyph(tmp_path):
    said = "".join([*chinese.TEXTS.values(), *chinese.NAMES.values(), "，。；：（）“”、"])
    with speaking("zh"), style.applied(), warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = style.blank(7, 40)
        for n, text in enumerate(wrapped(said).splitlines()):
            figure.text(0.0, 1.0 - n / 300, text.replace("{", "").replace("}", ""))
        figure.savefig(tmp_path / "all.png")
        figure.savefig(tmp_path / "all.pdf")
    pdf = (tmp_path / "all.pdf").read_bytes()
    assert b"/Type3" not in pdf


@needs_font
def test_the_same_bytes_in_chinese_and_nothing_of_it_stays(run, tmp_path):
    from westshift.experiments.figures.of_run import draw_all

    before = dict(matplotlib.rcParams)
    with speaking("zh"), warnings.catch_warnings():
        warnings.simplefilter("error")
        first, second = draw_all(run, tmp_path / "a"), draw_all(run, tmp_path / "b")
    assert [p.read_bytes() for p in first] == [p.read_bytes() for p in second]
    assert dict(matplotlib.rcParams) == before
    with style.applied():
        assert matplotlib.rcParams["font.family"] == ["DejaVu Sans"]


def test_without_a_font_one_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: [])
    monkeypatch.setattr(
        font_manager,
        "fontManager",
        SimpleNamespace(ttflist=[SimpleNamespace(name="Arial", fname="a")]),
    )
    with pytest.raises(InputError, match="fonts-wqy-microhei"), speaking("zh"):
        pass
    assert say("x") == "x"


def test_a_font_installed_since_is_found_and_a_broken_one_is_passed_by(monkeypatch):
    asked = []

    class Manager:
        ttflist = [SimpleNamespace(name="Arial", fname="/f/arial.ttf")]  # noqa: RUF012

        def addfont(self, path):
            asked.append(path)
            if "broken" in path:
                raise RuntimeError("not a font")
            self.ttflist = [*self.ttflist, SimpleNamespace(name="WenQuanYi Micro Hei", fname=path)]

    paths = ["/f/arial.ttf", "/f/broken-song.ttf", "/f/wqy-microhei.ttc", "/f/greek.ttf"]
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: paths)
    monkeypatch.setattr(font_manager, "fontManager", Manager())
    assert fonts.chinese_font() == "WenQuanYi Micro Hei"
    assert asked == ["/f/broken-song.ttf", "/f/wqy-microhei.ttc"]


# Lines


def test_lines_fit_and_break_where_chinese_may_break():
    text = "情景 two_region，摘要 042c4cfe6b505f60；" * 9 + "策略（here-and-now 与 co-planned）。"
    lines = wrapped(text, 40).splitlines()
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    for line in lines:
        assert sum(2 if ord(ch) > 0x2E7F else 1 for ch in line) <= 44  # marks may hang
        assert line[0] not in "，。；：）、"
        assert line[-1] not in "（"
    assert any("042c4cfe6b505f60" in line for line in lines)
    assert wrapped("a bb  ccc\n dddd", 6) == "a bb\nccc\ndddd"
    assert wrapped("x" * 50, 10) == "x" * 50
    assert wrapped("") == ""
