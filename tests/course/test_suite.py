"""The test command: states, exit status, strictness; tried on small tiers of its own."""

import subprocess
import sys

import pytest
from course_helpers import code, make_course, write_notebook

from coursekit.course import suite
from coursekit.course.catalogue import needs
from coursekit.course.errors import CourseError
from coursekit.course.processors import other_processor
from coursekit.course.root import find_root
from coursekit.course.suite import TIERS, Tier, run_tiers
from coursekit.course.tiers import PYTEST

PASSES = Tier("good", "passes", ((sys.executable, "-c", "pass"),), budget=60)
FAILS = Tier("bad", "fails", ((sys.executable, "-c", "raise SystemExit(3)"),), budget=60)
MISSING = Tier("away", "lacks", ((sys.executable, "-c", "pass"),), 60, needs=("torch",))
EMPTY = Tier("empty", "has no file", (("cat", "*.nowhere"),), budget=60)
SLOW = Tier("slow", "is slow", PASSES.commands, budget=0)


@pytest.fixture(autouse=True)
def wide_and_without_torch(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr(suite, "_present", lambda need: need != "torch")


@pytest.mark.parametrize(
    ("tier", "everything", "status", "said"),
    [
        (PASSES, False, 0, "passed"),
        (FAILS, False, 1, "exit status 3"),
        (
            MISSING,
            False,
            0,
            "torch is not installed; get it with: python -m uv sync --group frameworks",
        ),
        (MISSING, True, 1, "torch is not installed"),
        (EMPTY, False, 0, "there is no *.nowhere yet"),
        (EMPTY, True, 1, "there is no *.nowhere yet"),
        (SLOW, False, 0, "passed"),
        (SLOW, True, 1, "over budget"),
    ],
)
def test_states(tmp_path, capsys, tier, everything, status, said):
    assert run_tiers(tmp_path, everything=everything, tiers=[tier]) == status
    assert said in capsys.readouterr().out


def test_every_tier_runs_though_one_fails(tmp_path, capsys):
    assert run_tiers(tmp_path, tiers=[FAILS, PASSES]) == 1
    printed = capsys.readouterr().out
    assert printed.index("bad: fails") < printed.index("good: passes") < printed.index("Budget")


def test_a_skipped_test_fails_only_under_everything(tmp_path, capsys):
    (tmp_path / "test_it.py").write_text(
        "import pytest\ndef test_a(): pass\n@pytest.mark.skip(reason='no')\ndef test_b(): pass\n"
    )
    tier = Tier("unit", "pytest", ((*PYTEST, "-p", "no:cacheprovider", "."),), budget=60)
    assert run_tiers(tmp_path, tiers=[tier]) == 0
    assert run_tiers(tmp_path, tiers=[tier], everything=True) == 1
    assert "2 tests, 1 skipped" in capsys.readouterr().out


def test_no_test_at_all_is_a_skip(tmp_path, capsys):
    tier = Tier("unit", "pytest", ((*PYTEST, "-p", "no:cacheprovider", "."),), budget=60)
    assert run_tiers(tmp_path, tiers=[tier]) == 0
    assert "there is no test of this kind yet" in capsys.readouterr().out


def test_an_unknown_tier_is_refused_with_the_nearest(tmp_path):
    with pytest.raises(CourseError, match="unknown tier 'lesons'; did you mean 'lessons'"):
        run_tiers(tmp_path, ["lesons"])


def test_budgets_keep_what_is_promised():
    assert sum(tier.budget for tier in TIERS if tier.every_day) <= 15 * 60
    assert sum(tier.budget for tier in TIERS) <= 55 * 60
    assert len({tier.name for tier in TIERS}) == len(TIERS)
    assert {need for tier in TIERS for need in tier.needs} <= suite.ADVICE.keys()
    lessons = (find_root() / "lessons").glob("*.ipynb")
    assert {need for path in lessons for need in needs(path)} == {"keras", "torch"}


def test_the_oldest_versions_are_those_of_the_package():
    assert [pin.partition("==")[0] for pin in suite.oldest(find_root())] == [
        "numpy", "sympy", "matplotlib",
    ]  # fmt: skip


LOOK = """
import threadpoolctl
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__
print([x["architecture"] for x in threadpoolctl.threadpool_info()])
print([x for x in __cpu_dispatch__ if __cpu_features__[x]])
"""


def test_the_other_processor_computes_with_other_kernels(monkeypatch):
    def kernels():
        ran = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, check=True)
        return ran.stdout.splitlines()

    ours = kernels()
    for name, value in other_processor().items():
        monkeypatch.setenv(name, value)
    theirs = kernels()
    assert theirs[0] != ours[0]
    assert theirs[1] == b"[]"


@pytest.fixture
def lesson(tmp_path):
    """A course whose lesson prints a number, with the true output stored."""
    root = make_course(tmp_path)
    (root / "tests").mkdir()
    sanitizing = find_root() / "tests" / "nbval_sanitize.cfg"
    (root / "tests" / sanitizing.name).write_bytes(sanitizing.read_bytes())
    picture = 'f\'<img alt="a" src="data:image/png;base64,\\n{id(object())}AAA=\\n" width="9">\''
    source = (
        "from IPython.display import display\n"
        f"display({{'text/html': {picture}, 'text/plain': 'peak 0.50'}}, raw=True)"
    )

    def write(words):
        data = {"text/html": '<img alt="a" src="data:image/png;base64,\nBB==\n" width="9">'}
        data["text/plain"] = words
        output = {"output_type": "display_data", "data": data, "metadata": {}}
        cell = code(source, "picture", execution_count=1, outputs=[output])
        write_notebook(root / "lessons" / "11_updates.ipynb", cell)
        return root

    return write


@pytest.mark.parametrize(("words", "status"), [("peak 0.50", 0), ("peak 0.52", 1)])
def test_pictures_may_differ_in_bytes_but_not_in_words(lesson, capfd, words, status):
    assert run_tiers(lesson(words), ["lessons"]) == status
    assert ("0.52" in capfd.readouterr().out) == bool(status)


NOTE = Tier("lessons", "names them", ((sys.executable, "-c", "", "{lessons}"),), budget=60)


def test_a_lesson_that_needs_what_is_missing_is_left_out_with_a_line(tmp_path, capsys):
    root = make_course(tmp_path)
    write_notebook(root / "lessons" / "23_far.ipynb", coursekit={"needs": ["keras", "torch"]})
    assert run_tiers(root, tiers=[NOTE]) == 0
    words = "without 23_far: torch is not installed; get it with: python -m uv sync"
    assert words in capsys.readouterr().out
    ran = suite._expand(NOTE.commands[0], root, tmp_path, tmp_path / "report.xml")
    assert [word for word in ran if word.endswith("ipynb")] == [
        str(root / "lessons" / "11_updates.ipynb")
    ]
    assert run_tiers(root, tiers=[NOTE], everything=True) == 1
    assert words in capsys.readouterr().out


def test_a_lesson_whose_needs_are_met_is_run(tmp_path):
    root = make_course(tmp_path)
    write_notebook(root / "lessons" / "23_far.ipynb", coursekit={"needs": ["keras"]})
    ran = suite._expand(NOTE.commands[0], root, tmp_path, tmp_path / "report.xml")
    assert [word for word in ran if word.endswith("23_far.ipynb")]
    assert run_tiers(root, tiers=[NOTE], everything=True) == 0


def test_without_lessons_the_tier_is_skipped(tmp_path, capsys):
    assert run_tiers(tmp_path, tiers=[NOTE]) == 0
    assert "there is no lesson yet" in capsys.readouterr().out
