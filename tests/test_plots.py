"""Figures: what is drawn is told, in words that are the same everywhere, and never left out."""

import itertools
import subprocess
import sys
from pathlib import Path

import nbclient
import nbformat
import numpy as np
import pytest
from hygiene import tags_of
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from coursekit import plots
from coursekit.figure_text import format_number, panels, summary
from coursekit.losses import AbsoluteError, HalfSquaredError, Hinge
from coursekit.penalties import L1, L2
from coursekit.plots import showing

SANITIZE = Path(__file__).parent / "nbval_sanitize.cfg"
X = np.linspace(-2, 2, 81)


@pytest.fixture
def displayed(monkeypatch: pytest.MonkeyPatch) -> list[tuple[dict, dict]]:
    """Every output that is displayed, as (bundle, keyword arguments)."""
    outputs: list[tuple[dict, dict]] = []
    monkeypatch.setattr(
        "IPython.display.display", lambda bundle, **kwargs: outputs.append((bundle, kwargs))
    )
    return outputs


def curve(shift: float = 0.0) -> Figure:
    fig, ax = plots.figure()
    ax.plot(X, 0.5 * X**2 + shift, label="half squared")
    ax.set(xlabel="x", ylabel="loss")
    return fig


# Numbers


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"), (-0.0, "0"), (1947, "1947"), (60323.0, "60323"), (-2.5, "−2.5"),
        (0.123456, "0.123"), (12345.6, "12300"), (1234567.0, "1.23e+06"), (1e-5, "1e−05"),
        (np.nan, "missing"), (np.inf, "infinity"), (-np.inf, "−infinity"),
    ],
)  # fmt: skip
def test_a_number_is_short_and_readable(value: float, text: str) -> None:
    assert format_number(value) == text


@pytest.mark.parametrize("tie", [0.125, 0.0625, 1.015625, 7.8125, -3.4375])
def test_a_tie_falls_the_same_way_under_rounding_noise(tie: float) -> None:
    texts = {format_number(tie * (1 + noise), 2) for noise in (-1e-13, 0, 1e-13)}
    assert len(texts) == 1


def test_what_is_negligible_beside_the_data_is_zero() -> None:
    assert format_number(-1e-12, scale=1.0) == "0"
    assert format_number(-1e-12) == "−1e−12"


# The words of each kind of artist

ALTERATIONS = {
    "line": (lambda ax: ax.plot(X, X**2)[0], lambda a: a.set_ydata(a.get_ydata() + 0.02)),
    "few points": (lambda ax: ax.plot([1, 2], [3, 4])[0], lambda a: a.set_ydata([3, 4.02])),
    "axhline": (lambda ax: ax.axhline(0.5), lambda a: a.set_ydata([0.52, 0.52])),
    "axvline": (lambda ax: ax.axvline(0.5), lambda a: a.set_xdata([0.52, 0.52])),
    "axvspan": (lambda ax: ax.axvspan(0, 1), lambda a: a.set_width(1.02)),
    "axline": (lambda ax: ax.axline((0, 0), slope=0.5), lambda a: a.set_slope(0.52)),
    "scatter": (lambda ax: ax.scatter(X, X), lambda a: a.set_offsets(a.get_offsets() + 0.02)),
    "colours": (lambda ax: ax.scatter(X, X, c=X), lambda a: a.set_array(X + 0.02)),
    "bar": (lambda ax: ax.bar(["u", "v"], [1, 2]), lambda a: a.patches[1].set_height(2.02)),
    "barh": (lambda ax: ax.barh(["u", "v"], [1, 2]), lambda a: a.patches[1].set_width(2.02)),
    "area": (lambda ax: ax.fill_between(X, X, X + 1), lambda a: a.set_verts([np.c_[X, X]])),
    "segments": (lambda ax: ax.vlines([0], 0, 1), lambda a: a.set_segments([[(0, 0), (0, 1.02)]])),
    "image": (lambda ax: ax.imshow(np.eye(3)), lambda a: a.set_data(np.eye(3) * 1.02)),
    "mesh": (lambda ax: ax.pcolormesh(np.eye(5)), lambda a: a.set_array(np.eye(5) * 1.02)),
    "circle": (lambda ax: ax.add_patch(Circle((0, 0), 0.5)), lambda a: a.set_radius(0.52)),
    "text": (lambda ax: ax.text(0, 0, "here"), lambda a: a.set_position((0, 0.02))),
    "arrow": (lambda ax: ax.annotate("", (0, 0), (1, 1)), lambda a: a.set_text("there")),
    "legend": (
        lambda ax: (ax.plot([0, 1], label="a"), ax.legend())[1],
        lambda a: a.get_texts()[0].set_text("b"),
    ),
    "title": (lambda ax: ax, lambda a: a.set_title("changed")),
    "label": (lambda ax: ax, lambda a: a.set_ylabel("changed")),
    "scale": (lambda ax: ax.plot([1, 2]) and ax, lambda a: a.set_yscale("log")),
    "limits": (lambda ax: ax, lambda a: a.set_xlim(0, 2)),
    "direction": (lambda ax: ax, lambda a: a.invert_xaxis()),
}  # fmt: skip


@pytest.mark.parametrize("kind", ALTERATIONS)
def test_an_altered_artist_alters_the_words(kind: str) -> None:
    draw, alter = ALTERATIONS[kind]
    fig, ax = plots.figure()
    artist = draw(ax)
    before = summary(fig)
    alter(artist)
    assert summary(fig) != before


@pytest.mark.parametrize("height", [1.0, 1.02])
def test_contours_tell_their_levels_and_how_far_they_reach(height: float) -> None:
    fig, ax = plots.figure()
    ax.contour(*np.meshgrid(X, X), height * np.add.outer(X**2, X**2), levels=[0.5, 1])
    radius = format_number(np.sqrt(1 / height), 2)
    (row,) = panels(fig, digits=2)[0].rows
    assert row.extent == "2 levels, 0.5, 1"
    assert f"1: x from −{radius} to {radius}" in row.values


def test_three_dimensional_artists_are_told_with_three_coordinates() -> None:
    fig = Figure()
    ax = fig.add_subplot(projection="3d")
    ax.plot_surface(*np.meshgrid(X, X), np.add.outer(X**2, X**2))
    ax.plot([0, 1], [2, 3], [4, 5])
    ax.scatter([6], [7], [8])
    line, surface, points = panels(fig)[0].rows
    assert "(0, 2, 4), (1, 3, 5)" in str(line)
    assert "z from 0 to 8" in str(surface)
    assert "(6, 7, 8)" in str(points)


def test_an_artist_of_unknown_kind_is_named() -> None:
    fig, ax = plots.figure()
    ax.table([["a"]])
    assert "Table: an artist of this kind is drawn but not described" in summary(fig)


def test_every_panel_is_told_with_its_number_and_the_figure_with_its_own_title() -> None:
    fig, _ = plots.figure(ncols=2)
    fig.suptitle("Both")
    headings = [panel.heading.split(";")[0] for panel in panels(fig)]
    assert headings == ["Whole figure", "Panel 1 of 2", "Panel 2 of 2"]
    assert "- text: Both" in summary(fig)


def test_hidden_artists_are_not_told() -> None:
    fig, ax = plots.figure()
    ax.plot([1, 2], visible=False)
    assert panels(fig)[0].rows == ()


def test_a_short_series_is_told_in_full_and_a_long_one_by_samples() -> None:
    fig, ax = plots.figure()
    ax.plot(range(12), label="short")
    ax.plot(range(100), label="long")
    short, long = panels(fig)[0].rows
    assert short.values.count("(") == 12
    assert long.values.count("(") == 2 + 7


def test_gaps_and_categories_are_told() -> None:
    fig, ax = plots.figure()
    ax.plot([1, 2, 3], [1, np.nan, np.inf], label="gaps")
    assert 'line "gaps": 1 point, broken at x = 2, 3' in summary(fig)
    fig, ax = plots.figure()
    ax.bar(["age", "bmi"], [1, 2], label="b")
    assert "(age, 1), (bmi, 2)" in summary(fig)


def test_noise_of_rounding_leaves_the_words_as_they_are() -> None:
    rng = np.random.default_rng(0)
    told = set()
    for size in (0, 1e-13, 1e-13, 1e-13):
        fig, ax = plots.figure()
        ax.plot(X, X**2 + size * rng.standard_normal(X.size))
        ax.plot(X, np.zeros_like(X) + size * rng.standard_normal(X.size))
        ax.scatter(X[:5], np.maximum(X[:5], 0) + size * rng.standard_normal(5))
        told.add(summary(fig))
    assert len(told) == 1


def test_below_the_rounding_of_a_log_axis_is_about_zero() -> None:
    fig = plots.trace_plot({"gap": 0.01 ** np.arange(10.0)}, "gap")
    assert "y from about 0 to 1; (0, 1)" in summary(fig)
    assert "(4, 1e−08), (5, about 0)" in summary(fig)


# show


def test_show_displays_one_output_of_two_kinds(displayed: list) -> None:
    plots.show(curve(), alt="A parabola.")
    ((bundle, options),) = displayed
    assert options == {"raw": True}
    assert set(bundle) == {"text/html", "text/plain"}
    assert bundle["text/plain"] == "A parabola.\n" + summary(curve())
    tags = tags_of(bundle["text/html"])
    (image,) = [attrs for tag, attrs in tags if tag == "img"]
    assert image["alt"] == "A parabola."
    assert (image["width"], image["height"]) == ("640", "360")
    assert [tag for tag, _ in tags if tag in ("details", "summary", "table", "caption")] == [
        "details", "summary", "table", "caption",
    ]  # fmt: skip
    assert {attrs.get("scope") for tag, attrs in tags if tag == "th"} == {"col", "row", "rowgroup"}


def test_image_bytes_and_each_row_stand_on_lines_of_their_own(displayed: list) -> None:
    plots.show(curve(), alt="A parabola.")
    plots.show(curve(0.02), alt="A parabola.")
    before, after = (bundle["text/html"].splitlines() for bundle, _ in displayed)
    changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert len(changed) == 2
    assert changed[1][0].startswith("<tr>")


def test_the_same_figure_gives_the_same_bytes(displayed: list) -> None:
    plots.show(curve(), alt="A parabola.")
    plots.show(curve(), alt="A parabola.")
    assert displayed[0] == displayed[1]


@pytest.mark.parametrize("alt", ["", "  \n", None])
def test_a_figure_without_alternative_text_is_refused(alt: str, displayed: list) -> None:
    with pytest.raises(ValueError, match="alt must say in words"):
        plots.show(curve(), alt=alt)
    with pytest.raises(TypeError, match="alt"):
        plots.show(curve())  # type: ignore[call-arg]
    assert displayed == []


def test_what_comes_from_the_figure_is_escaped(displayed: list) -> None:
    fig, ax = plots.figure()
    ax.plot([1, 2], label="<script>alert(1)</script>")
    ax.set_title('"><b>')
    plots.show(fig, alt='a "quoted" <b> & more')
    tags = tags_of(displayed[0][0]["text/html"])
    assert not {"script", "b"} & {tag for tag, _ in tags}
    assert dict(tags)["img"]["alt"] == 'a "quoted" <b> & more'


def test_without_ipython_one_line_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "IPython.display", None)
    with pytest.raises(ImportError, match="needs IPython: python -m pip install"):
        plots.show(curve(), alt="A parabola.")


def test_a_pyplot_figure_is_closed_and_not_shown_twice(displayed: list) -> None:
    from matplotlib import pyplot

    fig = pyplot.figure()
    plots.show(fig, alt="Nothing.")
    assert not pyplot.fignum_exists(fig.number)


def test_importing_the_figures_leaves_pyplot_and_global_settings_alone() -> None:
    code = (
        "import sys; from matplotlib import rcParams; import coursekit.plots as p;"
        "before = [rcParams[name] for name in p.STYLE]; p.figure();"
        "assert [rcParams[name] for name in p.STYLE] == before;"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr


# The house style


def _luminance(colour: str) -> float:
    channels = np.array([int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)])
    linear = np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


@pytest.mark.parametrize("colour", plots.COLOURS.values(), ids=plots.COLOURS.keys())
def test_each_colour_stands_out_from_white(colour: str) -> None:
    assert 1.05 / (_luminance(colour) + 0.05) >= 3


def test_eight_lines_are_told_apart_in_grey() -> None:
    fig, ax = plots.figure()
    lines = [ax.plot([0, 1])[0] for _ in range(8)]
    for one, other in itertools.combinations(lines, 2):
        grey = [_luminance(line.get_color()) for line in (one, other)]
        assert one.get_linestyle() != other.get_linestyle() or abs(grey[0] - grey[1]) > 0.05
    assert fig.get_facecolor() == (1, 1, 1, 1)


# The course's figures


def test_loss_curves_are_the_losses() -> None:
    fig = plots.loss_curves({"half": HalfSquaredError(), "absolute": AbsoluteError()}, 0.0, X)
    assert 'line "half": 81 points, x from −2 to 2, y from 0 to 2; lowest at (0, 0)' in summary(fig)
    assert "- legend: half, absolute" in summary(fig)


def test_the_slope_of_a_loss_breaks_at_its_kink() -> None:
    told = summary(plots.loss_and_gradient(Hinge(), 1, X))
    assert "Slope of Hinge" in told
    assert "broken at x = 1, x from −2 to 2, y from −1 to 0" in told
    assert "broken" not in summary(plots.loss_and_gradient(HalfSquaredError(), 1, X))


def test_balls_pass_through_their_solutions() -> None:
    A, centre = np.diag([1.0, 2.0]), np.array([2.0, 0.25])
    solutions = {"L1": (L1(1.0), [1.0, 0.0]), "L2": (L2(1.0), [1.0, 1 / 6])}
    fig = plots.balls_and_contours(A, centre, solutions)
    for ax, (penalty, point) in zip(fig.axes, solutions.values(), strict=True):
        corners = ax.patches[0].get_xy()
        assert [penalty.value(c) for c in corners] == pytest.approx([penalty.value(point)] * 182)
        assert ax.collections[0].levels[1] == pytest.approx(
            0.5 * (point - centre) @ A @ (point - centre)
        )
    assert 'points "solution": 1 point, x = 1, y = 0' in summary(fig)


def test_soft_threshold_cuts_and_ridge_shrinks() -> None:
    told = summary(plots.soft_threshold_figure(1.0))
    assert "(−2, −1), (−1, 0), (0, 0), (1, 0), (2, 1)" in told
    assert "(−2, −1), (−1, −0.5), (0, 0), (1, 0.5), (2, 1)" in told


def test_a_path_has_a_log_axis_and_its_legend_in_the_order_of_the_ends() -> None:
    fig = plots.path_plot([1, 0.1, 0.01], [[0, 0], [0, 1], [-1, 2]], ["low", "high"])
    assert "x axis: λ (log scale, reversed)" in summary(fig)
    assert "- legend: high, low" in summary(fig)


def test_a_path_carries_its_degrees_of_freedom_above() -> None:
    fig = plots.path_plot([1, 0.1, 0.01], [[0, 0], [0, 1], [-1, 2]], ["low", "high"], [0, 1, 2])
    (top,) = fig.axes[0].child_axes
    fig.canvas.draw()
    assert [label.get_text() for label in top.get_xticklabels()][-1] == "2"
    assert "- second x axis: degrees of freedom; 0 at 1, 1 at 0.1, 2 at 0.01" in summary(fig)
    top.set_xlabel("something else")
    assert "degrees of freedom" not in summary(fig)


def test_cross_validation_has_its_band_and_its_marks() -> None:
    fig = plots.cross_validation_plot([1, 0.1], [3, 2], [0.5, 0.5], {"best": 0.1, "1 SE": 1.0})
    words = summary(fig)
    assert 'vertical line "best": x = 0.1' in words
    assert 'area "± one standard error"' in words
    assert 'line "mean over folds": 2 points' in words


def test_a_landscape_is_contours_and_surface_of_the_same_numbers() -> None:
    x = np.linspace(-1, 1, 5)
    heights = x[None, :] ** 2 + 10 * x[:, None] ** 2
    fig = plots.landscape_figure(
        x, x, heights, labels=("w₁", "w₂"), traces={"way": [[1, 1], [0, 0]]}
    )
    words = summary(fig)
    assert 'line "way": 2 points' in words
    assert "z from 0 to 11" in words
    assert "contours" in words


def test_exact_zeros_are_hollow_and_counted() -> None:
    fig = plots.weights_bars(["a", "b", "c"], {"L1": [0, 1e-12, 0], "L2": [1, 2, 3]})
    (hollow,) = fig.axes[0].lines
    assert hollow.get_markerfacecolor() == "white"
    assert 'points "L1, exactly 0": 2 points' in summary(fig)
    assert 'bars "L2": 3 points' in summary(fig)
    assert "(a, 1), (b, 2), (c, 3)" in summary(fig)


@pytest.mark.parametrize(
    ("draw", "message"),
    [
        (lambda: plots.soft_threshold_figure(-1), "lam must be > 0, got -1"),
        (lambda: plots.path_plot([1, 2], [[1, 2]], ["a", "b"]), r"shape \(2, 2\), got \(1, 2\)"),
        (lambda: plots.weights_bars(["a"], {"L1": [1, 2]}), "L1 must hold 1 weights"),
        (lambda: plots.balls_and_contours(np.eye(3), [1, 2], {}), r"A must be \(2, 2\)"),
        (lambda: plots.trace_plot({"gap": [1, np.nan]}, "gap"), "gap must be finite"),
        (lambda: plots.loss_curves({}, 0, X), "losses must hold at least one"),
        (lambda: plots.trace_plot({}, "gap"), "traces must hold at least one"),
        (lambda: plots.weights_bars(["a"], {}), "weights must hold at least one"),
        (lambda: plots.balls_and_contours(np.eye(2), [1, 2], {}), "solutions must hold at least"),
        (lambda: plots.path_plot([1, 2], [[1], [2]], ["a"], [1]), r"must have shape \(2,\)"),
        (lambda: plots.cross_validation_plot([1, 2], [1], [1], {}), "must have one shape"),
        (
            lambda: plots.landscape_figure([0, 1], [0], [[1], [2]], labels=("a", "b")),
            r"heights must have shape \(1, 2\), got \(2, 1\)",
        ),
    ],
)  # fmt: skip
def test_bad_input_is_refused_with_a_sentence(draw, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw()


# Sliders


def _parabola(height: float) -> tuple[Figure, str]:
    return curve(height), f"A parabola {height:g} above zero."


def test_a_slider_comes_with_the_static_figure_and_changes_image_and_words(
    displayed: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    ipywidgets = pytest.importorskip("ipywidgets")
    for kind in ("SelectionSlider", "HTML"):
        real = getattr(ipywidgets, kind)
        keep = lambda *args, real=real, **kw: made.append(real(*args, **kw)) or made[-1]  # noqa: E731
        monkeypatch.setattr(ipywidgets, kind, keep)
    plots.slider_figure(_parabola, values=[0.0, 1.0], initial=0.0, description="height")
    ((bundle, _),) = displayed
    assert set(bundle) == {showing.WIDGET_VIEW, "text/html", "text/plain"}
    assert bundle["text/plain"].startswith("A parabola 0 above zero.")
    slider, picture = made
    assert slider.description == "height"
    assert picture.value == bundle["text/html"]
    slider.value = 1.0
    assert "A parabola 1 above zero." in picture.value
    assert "y from 1 to 3" in picture.value


def test_without_ipywidgets_the_static_figure_stays(
    displayed: list, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    plots.slider_figure(_parabola, values=[0.0, 1.0], initial=1.0, description="height")
    assert set(displayed[0][0]) == {"text/html", "text/plain"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"values": [0.0], "initial": 2.0, "description": "height"}, "initial must be one of"),
        ({"values": [0.0], "initial": 0.0, "description": " "}, "description must name"),
    ],
)
def test_a_slider_needs_its_start_and_its_name(options: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        plots.slider_figure(_parabola, **options)


# Stored outputs


def _notebook(value: float) -> nbformat.NotebookNode:
    code = (
        "from coursekit.plots import figure, show\n"
        "fig, ax = figure()\n"
        f"ax.plot([0, 1], [{value}, 1])\n"
        'show(fig, alt="A line.")'
    )
    cell = nbformat.v4.new_code_cell(code, id="figure")
    return nbformat.v4.new_notebook(cells=[cell])


def test_nbval_fails_when_one_artist_is_altered(tmp_path: Path) -> None:
    stored = _notebook(0.5)
    nbclient.NotebookClient(stored, kernel_name="python3").execute()
    nbformat.write(stored, tmp_path / "same.ipynb")
    stored.cells[0].source = _notebook(0.52).cells[0].source
    nbformat.write(stored, tmp_path / "altered.ipynb")
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-p",
               "no:cacheprovider", "--nbval-sanitize-with", str(SANITIZE), "-q", "."]  # fmt: skip
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "1 failed, 1 passed" in run.stdout
    assert "altered.ipynb" in run.stdout
    assert "(0, 0.52), (1, 1)" in run.stdout
