"""`./run` starts what production starts: how many of each, the settings say."""

from __future__ import annotations

import os
import subprocess

from dev.supervisor import PROCESSES, ROOT


def test_web_server_of_run_reads_its_numbers_and_its_discreet_logger_from_settings():
    done = subprocess.run(
        [*PROCESSES["web"], "--print-config"],
        cwd=ROOT,
        env={**os.environ, "LUMINA_WEB_WORKERS": "3", "LUMINA_WEB_THREADS": "5"},
        capture_output=True,
        text=True,
        check=True,
    )

    said = dict(
        line.replace(" ", "").split("=", 1)
        for line in done.stdout.splitlines()
        if "=" in line
    )
    assert (said["workers"], said["threads"]) == ("3", "5")
    assert "DiscreetLogger" in said["logger_class"]


def test_worker_of_run_takes_as_many_tasks_as_the_settings_say():
    assert "--concurrency" not in PROCESSES["worker"]
