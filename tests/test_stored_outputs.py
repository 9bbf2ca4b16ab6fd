"""Strict comparison notices a single changed digit, wherever a lesson stores one."""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
LESSON = ROOT / "lessons" / "11_updates.ipynb"


def change_last_digit(text: str) -> str:
    """Return the text with its last digit replaced by another one."""
    return re.sub(r"\d(?=\D*$)", lambda digit: str((int(digit[0]) + 1) % 10), text)


def altered(notebook: dict) -> dict[str, str]:
    """Change one digit in the first output of each kind, in place; return {kind: cell id}."""
    changed: dict[str, str] = {}
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            holder = output.get("data", output)
            kinds = [k for k in ("text", "text/plain", "text/latex") if k in holder]
            kinds = [f"figure {k}" if "text/html" in holder else k for k in kinds]
            for kind in kinds:
                key = kind.removeprefix("figure ")
                stored = "".join(holder[key])
                if (
                    kind in changed
                    or cell["id"] in changed.values()
                    or not re.search(r"\d", stored)
                ):
                    continue
                holder[key] = change_last_digit(stored)
                assert holder[key] != stored
                changed[kind] = cell["id"]
    return changed


def test_one_changed_digit_fails_its_cell_and_no_other(tmp_path):
    notebook = json.loads(LESSON.read_text("utf-8"))
    changed = altered(notebook)
    assert set(changed) == {"text", "text/plain", "text/latex", "figure text/plain"}
    copy = tmp_path / LESSON.name
    copy.write_text(json.dumps(notebook), "utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rf", "--nbval", "--nbval-current-env",
         "--nbval-sanitize-with", str(ROOT / "tests" / "nbval_sanitize.cfg"),
         "-p", "no:cacheprovider", f"--rootdir={tmp_path}", str(copy)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    failed = {int(n) for n in re.findall(r"^FAILED .*::Cell (\d+)", run.stdout, re.MULTILINE)}
    code_ids = [c["id"] for c in notebook["cells"] if c["cell_type"] == "code"]
    assert run.returncode == 1, run.stdout
    assert {code_ids[n] for n in failed} == set(changed.values())
