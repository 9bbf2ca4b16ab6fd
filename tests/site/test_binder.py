"""What Binder and JupyterHub build from binder/, as far as it can be seen without Docker."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BINDER = ROOT / "binder"


def test_repo2docker_takes_the_folder_and_runs_all_that_is_in_it():
    # repo2docker refuses to build for root, who runs the tests in a container.
    command = [sys.executable, "-W", "ignore", "-m", "repo2docker", "--no-build", "--debug"]
    user = ["--user-id", "1000", "--user-name", "jovyan"]
    ran = subprocess.run([*command, *user, str(ROOT)], capture_output=True, text=True)
    said = ran.stdout + ran.stderr
    assert ran.returncode == 0, said
    version = (BINDER / "runtime.txt").read_text().strip().removeprefix("python-")
    assert f"Building conda environment for python={version}\n" in said
    assert re.search(r"^RUN \S+/pip install .*binder/requirements\.txt", said, re.MULTILINE)
    assert "\nRUN ./binder/postBuild\n" in said


def test_its_python_is_one_that_the_course_allows():
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    lowest = re.search(r'^requires-python = ">=3\.(\d+)"$', text, re.MULTILINE)
    chosen = re.fullmatch(r"python-3\.(\d+)\n", (BINDER / "runtime.txt").read_text())
    assert int(chosen[1]) >= int(lowest[1])


def test_its_last_step_installs_the_course_with_the_pinned_versions(tmp_path):
    prefix = tmp_path / "env"
    subprocess.run(["uv", "venv", "--quiet", "--python", sys.executable, prefix], check=True)
    # The file itself, so that it must be executable.
    subprocess.run(
        [BINDER / "postBuild"],
        cwd=ROOT,
        env={**os.environ, "NB_PYTHON_PREFIX": str(prefix)},
        check=True,
        capture_output=True,
    )
    listed = subprocess.run([prefix / "bin" / "coursekit", "list"], cwd=ROOT, capture_output=True)
    assert listed.returncode == 0, listed.stderr
    frozen = ["uv", "pip", "freeze", "--python", prefix]
    found = subprocess.run(frozen, check=True, capture_output=True, text=True).stdout.split()
    pins = re.findall(
        r'^    "([^ "]+==[^ "]+)', (ROOT / "pyproject.toml").read_text(), re.MULTILINE
    )
    pinned = [line for line in found if "==" in line]
    assert len(pinned) > 50
    assert set(pinned) <= set(pins)
