"""How the commands look and behave: escape sequences, narrow windows, waiting, Tab, faults."""

import os
import re
import select
import subprocess
import sys
import time

import pytest
from grading_helpers import hand_in_three

from coursekit.course import completion, terminal, tiers
from coursekit.course.commands import app
from coursekit.course.exercises.sets import all_sets
from coursekit.course.root import find_root
from coursekit.course.workshop.tracks import tracks

pty = pytest.importorskip("pty", reason="a pseudo-terminal is needed, which Windows has not")

ROOT = find_root()
MAIN = "from coursekit.course.cli import main; main()"
SOLUTION = str(next((ROOT / "exercises").glob("11_*/solution.ipynb")))
EXERCISE = str(next((ROOT / "exercises").glob("11_*/exercise.ipynb")))
COMMANDS = (
    "lab", "check", "watch", "hint", "solution", "progress", "list", "reset", "doctor", "polls",
    "site", "workshop", "handout", "grade", "test", "release", "mutants", "store", "pins", "bump",
)  # fmt: skip
# What a shell or a CI service may have set, and what would change what is seen here.
FORCED = (
    "FORCE_COLOR", "GITHUB_ACTIONS", "PY_COLORS", "NO_COLOR", "TERM", "COLUMNS", "PYTHONUNBUFFERED",
)  # fmt: skip
# One quick tier, and its table.
TIER = (
    "import sys; from pathlib import Path; from coursekit.course.suite import Tier, run_tiers; "
    "good = Tier('good', 'passes', ((sys.executable, '-c', 'pass'),), budget=60); "
    "away = Tier('away', 'lacks', (), 60, needs=('uv-that-is-nowhere',)); "
    "from coursekit.course import suite; suite.ADVICE['uv-that-is-nowhere'] = "
    "'python -m uv sync --group frameworks'; "
    "run_tiers(Path('.'), tiers=[good, away])"
)


@pytest.fixture
def environment(tmp_path):
    """An environment in which nothing is said of colours, and progress is kept elsewhere."""
    bare = {name: value for name, value in os.environ.items() if name not in FORCED}
    return {**bare, "PYTHONUTF8": "1", "XDG_DATA_HOME": str(tmp_path / "data"), "TERM": "xterm"}


def piped(*arguments, code=MAIN, **environment):
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT, capture_output=True, text=True, encoding="utf-8", env=environment,
    )  # fmt: skip


def in_a_terminal(*arguments, code=MAIN, **environment):
    """Run the command line in a terminal of its own; return what that was sent."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs, env=environment,
    ):  # fmt: skip
        os.close(theirs)
        sent = b""
        while select.select([ours], [], [], 60)[0]:
            try:
                part = os.read(ours, 65536)
            except OSError:  # Linux says so when the other side is closed
                break
            if not part:
                break
            sent += part
    os.close(ours)
    return sent.decode()


def words_of(text):
    return text.replace("│", " ").split()


RUNS = {
    "help": (["--help"], MAIN),
    "help of grade": (["grade", "--help"], MAIN),
    "misuse": (["lba"], MAIN),
    "list": (["list"], MAIN),
    "check": (["check", SOLUTION], MAIN),
    "check fails": (["check", EXERCISE], MAIN),
    "progress": (["progress"], MAIN),
    "doctor": (["doctor"], MAIN),
    "mutants": (["mutants", "11", "--sample", "1"], MAIN),
    "test": ([], TIER),
}


@pytest.mark.parametrize("name", RUNS)
def test_no_escape_sequence_in_a_pipe_or_under_no_color(environment, name):
    arguments, code = RUNS[name]
    said = piped(*arguments, code=code, **environment)
    assert said.stdout + said.stderr
    assert "\x1b" not in said.stdout + said.stderr
    seen = in_a_terminal(*arguments, code=code, **environment, NO_COLOR="1")
    assert len(seen.split()) > 3
    assert "\x1b" not in seen


def test_the_summary_of_a_class_carries_none_either(tmp_path, environment):
    hand_in_three(tmp_path)
    words = [
        "grade", str(tmp_path / "submitted"), "--feedback", str(tmp_path / "feedback"),
        "--seed", "7", "--jobs", "1", "--unsandboxed", "--out", str(tmp_path / "out.csv"),
    ]  # fmt: skip
    said = piped(*words, **environment)
    assert said.returncode == 0, said.stderr
    assert "gradebook: " in said.stdout
    assert said.stderr.startswith("grading …")
    for left in tmp_path.glob("out.csv*"):
        left.unlink()
    seen = in_a_terminal(*words, **environment, NO_COLOR="1", COLUMNS="40")
    assert "gradebook:" in seen
    assert "\x1b" not in said.stdout + said.stderr + seen
    assert "…" not in seen.replace("grading …", "")
    # Without numbers: another run takes another time.
    assert re.sub(r"\d", "", " ".join(said.stdout.split())) in re.sub(
        r"\d", "", " ".join(seen.split())
    )


def test_a_terminal_has_its_colours_where_nobody_minds(environment):
    assert "\x1b[" in in_a_terminal("--help", **environment)
    assert "\x1b[" in in_a_terminal(code=TIER, **environment)


@pytest.fixture
def helped(monkeypatch, capsys):
    """Return the help of a command, or of all, in a window so many columns wide."""
    for name in FORCED:
        monkeypatch.delenv(name, raising=False)

    def text(name, columns):
        monkeypatch.setenv("COLUMNS", str(columns))
        with pytest.raises(SystemExit) as end:
            app([*([name] if name else []), "--help"], prog_name="coursekit")
        assert end.value.code == 0
        return capsys.readouterr().out

    return text


@pytest.mark.parametrize("columns", [40, 60, 80])
@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_help_loses_no_word_in_a_narrow_window(helped, name, columns):
    narrow = helped(name, columns)
    assert max(map(len, narrow.splitlines())) <= columns
    assert "…" not in narrow
    # A list has no frame, no star for what is required, and no type of what is only a switch.
    frame = {"Options", "Arguments", "<bool>", "*"}
    wanted = {word for word in words_of(helped(name, 250)) if word.strip("─╭╮╰╯")} - frame
    assert len(wanted) > 5
    assert wanted <= set(words_of(narrow))


def test_every_command_is_tried():
    assert {command.name or command.callback.__name__ for command in app.registered_commands} == {
        *COMMANDS
    }


@pytest.mark.parametrize("name", ["list", "check", "check fails", "progress", "doctor", "test"])
def test_nothing_is_cut_in_a_narrow_window(environment, name):
    arguments, code = RUNS[name]
    # Something for the doctor to say a long line about.
    environment["OPENBLAS_NUM_THREADS"] = "4"
    wide = piped(*arguments, code=code, **environment, COLUMNS="1000").stdout
    narrow = in_a_terminal(*arguments, code=code, **environment, NO_COLOR="1", COLUMNS="40")
    lines = narrow.splitlines()
    # Only a single word may be longer than the window.
    assert all(len(line) <= 40 or len(line.split()) == 1 for line in lines)
    frame = re.compile("[─━│┃┏┓┗┛┡┩├┤└┘┼╇┳┴┬╰╯╭╮]")
    wanted = {word.strip(":;,").lower() for word in frame.sub(" ", wide).split()}
    found = {word.strip(":;,").lower() for word in frame.sub(" ", narrow).split()}
    assert wanted <= found


def test_a_table_that_fits_stays_a_table(monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", "60")
    rows = [["unit", "failed", "exit status 1", "7"], ["all", "", "", "7"]]
    terminal.show_table("Tests", ("Tier", "Result", "Remark", ">Seconds"), rows)
    assert "┃ Tier" in capsys.readouterr().out
    monkeypatch.setenv("COLUMNS", "20")
    terminal.show_table("Tests", ("Tier", "Result", "Remark", ">Seconds"), rows)
    assert capsys.readouterr().out.splitlines() == [
        "Tests, by tier",
        "unit: result failed;",
        "  remark exit status",
        "  1; seconds 7",
        "all: seconds 7",
    ]


def test_who_waits_is_told_at_once_in_a_pipe(capsys):
    with terminal.waiting("Doing it"):
        assert capsys.readouterr().err == "Doing it …\n"
    assert capsys.readouterr().err == "done in 0 s\n"


def test_who_is_patient_is_told_only_of_what_is_slow(capsys):
    with terminal.waiting("Doing it", patience=5):
        pass
    assert capsys.readouterr().err == ""
    with terminal.waiting("Doing it", patience=0.05):
        time.sleep(0.3)
        assert capsys.readouterr().err == "Doing it …\n"
    assert capsys.readouterr().err == "done in 0 s\n"


def test_what_fails_while_one_waits_ends_the_waiting(capsys):
    with pytest.raises(KeyError), terminal.waiting("Doing it", patience=0.2):
        raise KeyError
    time.sleep(0.4)
    assert capsys.readouterr().err == ""


def slow_at(name, seconds):
    """Return the command line with one task that takes so long."""
    return (
        "import time; from coursekit.course.exercises import feedback; real = feedback.judge\n"
        "def judge(task, *more):\n"
        f"    time.sleep({seconds} if task.name == {name!r} else 0)\n"
        "    return real(task, *more)\n"
        f"feedback.judge = judge\n{MAIN}"
    )


def test_an_answer_that_takes_long_is_waited_for_with_a_sign(environment):
    code = slow_at("l1_step", 3)
    said = piped("check", SOLUTION, code=code, **environment)
    assert said.returncode == 0
    assert "checking l1_step …" in said.stderr
    assert "checking three_steps …" not in said.stderr
    seen = in_a_terminal("check", SOLUTION, code=code, **environment)
    assert re.search(r"checking l1_step .*0:00:0[2-9]", seen)


def test_a_verdict_reaches_a_pipe_when_it_is_made(environment):
    with subprocess.Popen(
        [sys.executable, "-c", slow_at("l1_step", 60), "check", SOLUTION],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment,
    ) as running:  # fmt: skip
        try:
            ready, _, _ = select.select([running.stdout], [], [], 30)
            assert ready
            assert b"three_steps" in os.read(running.stdout.fileno(), 1000)
        finally:
            running.kill()


def test_what_is_printed_while_one_waits_stays_in_its_file(tmp_path, environment):
    code = (
        "from coursekit.course.terminal import waiting\n"
        f"import sys; sys.stdout = open({str(tmp_path / 'file')!r}, 'w')\n"
        "with waiting('Doing it'): print('to the file')"
    )
    seen = in_a_terminal(code=code, **environment)
    assert "Doing it" in seen
    assert (tmp_path / "file").read_text() == "to the file\n"


def processor_seconds():
    """Return what children have used so far: other programs on the machine do not count."""
    used = os.times()
    return used.children_user + used.children_system


def completed(environment, line, shell="bash"):
    """Return what Tab offers after `line`, and how long that takes."""
    words = line.split(" ")
    asked = {
        "_COURSEKIT_COMPLETE": f"complete_{shell}", "COMP_WORDS": line,
        "COMP_CWORD": str(len(words) - 1), "_TYPER_COMPLETE_ARGS": line,
    }  # fmt: skip
    before = processor_seconds()
    ran = piped(**environment, **asked)
    assert ran.returncode == 0, ran.stderr
    assert ran.stderr == ""
    return ran.stdout.split(), processor_seconds() - before


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("coursekit che", ["check"]),
        ("coursekit check 11", ["11_updates"]),
        ("coursekit check l1_s", ["l1_step"]),
        ("coursekit watch near_", ["near_zero"]),
        ("coursekit hint l2_st", ["l2_step"]),
        ("coursekit solution l2_st", ["l2_step"]),
        ("coursekit reset 05", ["05_two_classes"]),
        ("coursekit list 05", ["05_two_classes"]),
        ("coursekit store 11", ["11_updates"]),
        ("coursekit polls 11", ["11"]),
        ("coursekit handout 05", ["05_two_classes"]),
        ("coursekit release 05", ["05_two_classes"]),
        ("coursekit mutants 05", ["05_two_classes"]),
        ("coursekit workshop --track half", ["half-day"]),
        ("coursekit test less", ["lessons"]),
        ("coursekit doctor --ro", ["--room"]),
        ("coursekit check nothing-like-it", []),
    ],
)
def test_tab_completes_names(environment, line, offered):
    found, seconds = completed(environment, line)
    assert found == offered
    assert seconds < 1


def test_other_shells_complete_as_well(environment):
    assert "11_updates" in " ".join(completed(environment, "coursekit check 11", "zsh")[0])
    fish = {**environment, "_TYPER_COMPLETE_FISH_ACTION": "get-args"}
    assert "11_updates" in completed(fish, "coursekit check 11", "fish")[0]


def test_what_is_offered_is_what_the_commands_know():
    sets = all_sets(ROOT)
    assert completion.sets() == [one.name for one in sets]
    assert sorted(completion.tasks()) == sorted(t.name for one in sets for t in one.tasks)
    assert completion.tiers() == [tier.name for tier in tiers.TIERS]
    assert completion.tracks() == [track.name for track in tracks(ROOT)]
    assert set(completion.lessons()) <= {name[:2] for name in completion.notebooks()}


def test_where_there_is_no_course_tab_offers_nothing(tmp_path, monkeypatch):
    (tmp_path / "exercises" / "01_a").mkdir(parents=True)
    monkeypatch.setattr(completion, "find_root", lambda: tmp_path)
    assert completion.tracks() == []
    (tmp_path / "exercises" / "01_a" / "exercise.ipynb").write_text("no JSON")
    assert completion.tasks() == []


def test_completion_loads_nothing_heavy(environment):
    spy = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr)); "
    asked = {"_COURSEKIT_COMPLETE": "complete_bash", "COMP_CWORD": "2"}
    ran = piped(code=spy + MAIN, **environment, **asked, COMP_WORDS="coursekit check l1_s")
    assert ran.stdout.split() == ["l1_step"]
    assert {"numpy", "sympy", "matplotlib", "IPython"}.isdisjoint(ran.stderr.split())


def test_the_script_for_a_shell_is_shown(environment):
    asked = {**environment, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"}
    shown = piped("--show-completion", "bash", **asked)
    assert "_COURSEKIT_COMPLETE=complete_bash" in shown.stdout
    assert "complete -o default -F _coursekit_completion coursekit" in shown.stdout


def test_help_is_quick(environment):
    costs = []
    for _ in range(3):
        before = processor_seconds()
        piped("--help", **environment)
        costs.append(processor_seconds() - before)
    assert min(costs) < 0.5


def failing(error):
    return (
        f"from coursekit.course.exercises import sets\n"
        f"def all_sets(*_): raise {error}\n"
        f"sets.all_sets = all_sets\n{MAIN}"
    )


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (
            "AttributeError('no cells\\nmore')",
            "coursekit: a fault of ours: AttributeError: no cells; please report it, "
            "with what is shown when you run it again with COURSEKIT_DEBUG=1\n",
        ),
        (
            "MemoryError",
            "coursekit: there is not enough memory for this: close other programs and try again\n",
        ),
        (
            "ModuleNotFoundError('no', name='nbclient')",
            "coursekit: nbclient is not installed; in the folder of the course: "
            "python -m uv sync\n",
        ),
        (
            "ModuleNotFoundError('No module named it', name='coursekit.it')",
            "coursekit: a fault of ours: ModuleNotFoundError: No module named it; please report "
            "it, with what is shown when you run it again with COURSEKIT_DEBUG=1\n",
        ),
        ("OSError(28, 'No space left on device')", "coursekit: No space left on device\n"),
        ("PermissionError(13, 'Permission denied', '/x')", "coursekit: '/x': Permission denied\n"),
        ("OSError('in words')", "coursekit: in words\n"),
    ],
)
def test_a_fault_is_one_line_and_status_2(environment, error, said):
    ran = piped("list", code=failing(error), **environment)
    assert (ran.returncode, ran.stdout, ran.stderr) == (2, "", said)


def test_who_debugs_sees_where_it_happened(environment):
    code = failing("AttributeError('no cells')")
    ran = piped("list", code=code, **environment, COURSEKIT_DEBUG="1")
    assert ran.returncode == 1
    assert "Traceback" in ran.stderr
    assert ran.stderr.endswith("AttributeError: no cells\n")


def test_ctrl_c_and_a_closed_pipe_are_no_faults(environment):
    ran = piped("list", code=failing("KeyboardInterrupt"), **environment)
    assert (ran.returncode, ran.stderr.strip()) == (130, "")
    ran = piped("list", code=failing("BrokenPipeError(32, 'Broken pipe')"), **environment)
    assert (ran.returncode, ran.stderr) == (1, "")
