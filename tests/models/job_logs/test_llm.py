import math

import numpy as np
import pytest

from westshift.models.errors import InputError
from westshift.models.job_logs.llm import read_llm_requests
from westshift.models.job_logs.llm_energy import as_published, published_parameters

TEXT = """TIMESTAMP,ContextTokens,GeneratedTokens
2023-11-16 18:15:46.6805900,374,44
2023-11-16 18:59:50.9951690,396,109
2023-11-16 18:59:51,5,0
2023-11-16 19:00:00,16,1
"""
MODEL = as_published(70, 70)


# What EcoLogits 0.11.3 gives for 400 tokens: GPUs, Wh of the GPUs, of the servers, of both, seconds.
@pytest.mark.parametrize(
    ("active_b", "total_b", "gpus", "gpu_wh", "server_wh", "it_wh", "seconds"),
    [
        (1, 1, 1, 0.0164, 0.0104, 0.0269, 16.0),
        (8, 8, 1, 0.0180, 0.0117, 0.0297, 17.9),
        (32, 32, 1, 0.0235, 0.0159, 0.0394, 24.5),
        (70, 70, 4, 0.1286, 0.0906, 0.2192, 34.8),
        (37, 671, 32, 0.7884, 0.5379, 1.3263, 25.8),
        (405, 405, 16, 1.7353, 1.3093, 3.0446, 125.7),
    ],
)
def test_energy_is_as_published(active_b, total_b, gpus, gpu_wh, server_wh, it_wh, seconds):
    model = as_published(active_b, total_b)
    assert model.gpus == gpus
    assert 400 * model.gpu_wh_per_token == pytest.approx(gpu_wh, abs=5e-5)
    assert 400 * model.server_wh_per_token == pytest.approx(server_wh, abs=5e-5)
    assert 400 * model.wh_per_token == pytest.approx(it_wh, abs=5e-5)
    assert 400 * model.seconds_per_token == pytest.approx(seconds, abs=0.05)


def test_every_figure_says_where_it_comes_from():
    figures = published_parameters().values()
    assert all(f.unit and f.year and f.source and f.confidence for f in figures)
    assumed = {f.name for f in figures if f.confidence == "assumed"}
    assert {"batch_requests", "weight_bits", "context_wh_per_token"} <= assumed


def test_one_job_a_request(write):
    jobs = read_llm_requests(write(TEXT), MODEL, tz="UTC", slack_s=60)
    assert jobs.start.isoformat() == "2023-11-16T18:15:46+00:00"
    np.testing.assert_allclose(jobs.arrival_s, [0.68059, 2644.995169, 2653.32], atol=1)
    tokens = np.array([44, 109, 1])
    np.testing.assert_allclose(jobs.length_s, tokens * MODEL.seconds_per_token)
    np.testing.assert_allclose(jobs.energy_kwh, tokens * MODEL.wh_per_token / 1000)
    np.testing.assert_allclose(jobs.due_s, jobs.arrival_s + jobs.length_s + 60)
    assert jobs.left_out == {"without generated tokens": 1}
    assert jobs.header == {
        "requests": "3",
        "generated tokens": "154",
        "context tokens": "786",
        "time zone": "UTC",
    }


@pytest.mark.parametrize("step_s", [60.0, 900.0, 3600.0])
def test_steps_keep_all_energy(write, step_s):
    single = read_llm_requests(write(TEXT), MODEL, tz="Asia/Kolkata")
    jobs = read_llm_requests(write(TEXT), MODEL, tz="Asia/Kolkata", step_s=step_s)
    assert jobs.energy_kwh.sum() == pytest.approx(single.energy_kwh.sum(), rel=1e-12)
    assert jobs.left_out == single.left_out
    assert (jobs.length_s == step_s).all()
    assert jobs.header == single.header
    assert (np.diff(jobs.arrival_s) % step_s == 0).all()
    assert jobs.start <= single.start
    assert len(jobs) == {60.0: 3, 900.0: 3, 3600.0: 2}[step_s]


def test_prompts_cost_what_is_said(write):
    model = as_published(70, 70, context_wh_per_token=0.001)
    plain, dear = (read_llm_requests(write(TEXT), m, tz="UTC") for m in (MODEL, model))
    assert (dear.energy_kwh - plain.energy_kwh).sum() == pytest.approx(786e-6)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (",109", ",-1", "row 3, column GeneratedTokens: '-1' is not a number of at least 0"),
        (",396,", ",,", "row 3, column ContextTokens: '' is not"),
        ("18:59:50", "25:59:50", "row 3, column TIMESTAMP: .* is not a time"),
        ("TIMESTAMP", "Time", "there is no column 'TIMESTAMP'"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(write, old, new, words):
    with pytest.raises(InputError, match=words):
        read_llm_requests(write(TEXT.replace(old, new)), MODEL, tz="UTC")


def test_arguments_that_cannot_be(write):
    with pytest.raises(InputError, match=r"row 2, column TIMESTAMP: .* has no time zone"):
        read_llm_requests(write(TEXT), MODEL)
    with pytest.raises(InputError, match="step_s is 0"):
        read_llm_requests(write(TEXT), MODEL, tz="UTC", step_s=0)
    with pytest.raises(InputError, match="active parameters"):
        as_published(70, 8)
    with pytest.raises(InputError, match="no parameter 'batch'"):
        as_published(8, 8, batch=1)
    with pytest.raises(InputError, match="weight_bits is nan"):
        as_published(8, 8, weight_bits=math.nan)


def test_azure_conversations(real):
    path = real("jobs/azure-llm-conv.csv.gz")
    jobs = read_llm_requests(path, MODEL, tz="UTC")
    assert (len(jobs), jobs.left_out) == (19_366, {})
    assert jobs.header["generated tokens"] == "4088665"
    assert jobs.energy_kwh.sum() == pytest.approx(4088665 * MODEL.wh_per_token / 1000)
    binned = read_llm_requests(path, MODEL, tz="UTC", step_s=300)
    assert len(binned) == 12  # 18:15 to 19:15
    assert binned.energy_kwh.sum() == pytest.approx(jobs.energy_kwh.sum())
