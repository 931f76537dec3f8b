"""Readers of job logs, one file a source, all giving one `Jobs`.

swf         Standard Workload Format of the Parallel Workloads Archive
sacct       accounting output of Slurm
named_csv   any CSV, its columns named by the caller
pai, azure  extracts `arrival_time,length,cpus` of Alibaba's PAI and of Azure
llm         requests to a language model: tokens in, tokens out

Below them: `gather` (columns to `Jobs`, with all that is left out counted), `extract` (what pai and
azure share), `swf_text` (lines to numbers), `llm_energy` (tokens to energy, by a stated model).

Every record of a log is either among the jobs or counted in `Jobs.left_out` under its reason. A record that
cannot be understood is neither: it raises, with its row.
"""
