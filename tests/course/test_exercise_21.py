"""Set 21: no correct variant is turned away; a wrong answer is met with its misunderstanding."""

import numpy as np
import pytest
from exercise_helpers import assert_holds, task, verdict_on

from coursekit.course.exercises.feedback import text
from coursekit.networks import Conv, Dense, MaxPool

IMPORT = "import numpy as np\nfrom numpy.lib.stride_tricks import sliding_window_view\n"
MAP = IMPORT + "def feature_map(image, W):\n"
PIXELS = IMPORT + "def pixel_slopes(slopes, W):\n"
POOL = IMPORT + "def pool_slopes(image, slopes):\n"
MAP_VARIANTS = {
    "windows": "    return (sliding_window_view(image, W.shape) * W).sum(axis=(2, 3))",
    "tensordot": "    return np.tensordot(sliding_window_view(image, W.shape), W)",
    "four loops over lists": (
        "    k, rows, columns = len(W), len(image), len(image[0])\n"
        "    out = [[0.0] * (columns - k + 1) for _ in range(rows - k + 1)]\n"
        "    for i in range(rows - k + 1):\n"
        "        for j in range(columns - k + 1):\n"
        "            for di in range(k):\n"
        "                for dj in range(k):\n"
        "                    out[i][j] += image[i + di][j + dj] * W[di][dj]\n"
        "    return out"
    ),
    "a loop over the window": (
        "    k = W.shape[0]\n"
        "    n, p = image.shape[0] - k + 1, image.shape[1] - k + 1\n"
        "    return sum(W[a, b] * image[a : a + n, b : b + p] for a, b in np.ndindex(k, k))"
    ),
    "float32": (
        "    image, W = image.astype(np.float32), W.astype(np.float32)\n"
        "    return np.einsum('ijab,ab->ij', sliding_window_view(image, W.shape), W)"
    ),
}
PIXELS_VARIANTS = {
    "turned round": (
        "    windows = sliding_window_view(np.pad(slopes, len(W) - 1), W.shape)\n"
        "    return (windows * W[::-1, ::-1]).sum(axis=(2, 3))"
    ),
    "places that add": (
        "    k, (rows, columns) = len(W), slopes.shape\n"
        "    out = np.zeros((rows + k - 1, columns + k - 1))\n"
        "    for i in range(rows):\n"
        "        for j in range(columns):\n"
        "            out[i : i + k, j : j + k] += slopes[i, j] * W\n"
        "    return out"
    ),
    "a loop over the window": (
        "    k, (rows, columns) = len(W), slopes.shape\n"
        "    out = np.zeros((rows + k - 1, columns + k - 1))\n"
        "    for a in range(k):\n"
        "        for b in range(k):\n"
        "            out[a : a + rows, b : b + columns] += slopes * W[a, b]\n"
        "    return out.tolist()"
    ),
    "numpy's convolution, row by row": (
        "    k, (rows, columns) = len(W), slopes.shape\n"
        "    out = np.zeros((rows + k - 1, columns + k - 1))\n"
        "    for i in range(rows):\n"
        "        for a in range(k):\n"
        "            out[i + a] += np.convolve(slopes[i], W[a])\n"
        "    return out"
    ),
    "float32": (
        "    slopes, W = slopes.astype(np.float32), np.rot90(W, 2).astype(np.float32)\n"
        "    return (sliding_window_view(np.pad(slopes, len(W) - 1), W.shape) * W).sum((2, 3))"
    ),
}
POOL_VARIANTS = {
    "blocks": (
        "    out = np.zeros(image.shape)\n"
        "    for i in range(slopes.shape[0]):\n"
        "        for j in range(slopes.shape[1]):\n"
        "            block = image[2 * i : 2 * i + 2, 2 * j : 2 * j + 2]\n"
        "            place = (block == block.max()) * slopes[i, j]\n"
        "            out[2 * i : 2 * i + 2, 2 * j : 2 * j + 2] = place\n"
        "    return out"
    ),
    "index of the winner": (
        "    out = np.zeros_like(image, dtype=float)\n"
        "    for i, j in np.ndindex(slopes.shape):\n"
        "        k = np.argmax(image[2 * i : 2 * i + 2, 2 * j : 2 * j + 2])\n"
        "        out[2 * i + k // 2, 2 * j + k % 2] = slopes[i, j]\n"
        "    return out"
    ),
    "reshaped": (
        "    rows, columns = slopes.shape\n"
        "    blocks = image.reshape(rows, 2, columns, 2)\n"
        "    won = blocks == blocks.max(axis=(1, 3), keepdims=True)\n"
        "    return (won * slopes[:, None, :, None]).reshape(image.shape)"
    ),
    "repeated": (
        "    best = np.maximum(np.maximum(image[::2, ::2], image[::2, 1::2]),\n"
        "                      np.maximum(image[1::2, ::2], image[1::2, 1::2]))\n"
        "    def grown(a):\n"
        "        return a.repeat(2, axis=0).repeat(2, axis=1)\n"
        "    return np.where(image == grown(best), grown(slopes), 0)"
    ),
    "plain lists": (
        "    out = [[0.0] * len(row) for row in image]\n"
        "    for i, row in enumerate(slopes):\n"
        "        for j, slope in enumerate(row):\n"
        "            places = [(a, b) for a in (2 * i, 2 * i + 1) for b in (2 * j, 2 * j + 1)]\n"
        "            a, b = max(places, key=lambda place: image[place])\n"
        "            out[a][b] = slope\n"
        "    return out"
    ),
    "float32": (
        "    blocks = image.astype(np.float32).reshape(slopes.shape[0], 2, slopes.shape[1], 2)\n"
        "    won = blocks == blocks.max(axis=(1, 3), keepdims=True)\n"
        "    return (won * slopes.astype(np.float32)[:, None, :, None]).reshape(image.shape)"
    ),
}
VARIANTS = [
    *(("feature_map", MAP + body) for body in MAP_VARIANTS.values()),
    *(("pixel_slopes", PIXELS + body) for body in PIXELS_VARIANTS.values()),
    *(("pool_slopes", POOL + body) for body in POOL_VARIANTS.values()),
]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("name", "source"), VARIANTS)
def test_correct_variants_pass(name, source, seed):
    assert_holds(name, source, seed=seed)


def test_equal_numbers_of_any_kind_pass():
    for answer in ("(1200, 16, 28, 31360)", "np.array([1200, 16, 28, 31360.0])"):
        sources = ("import numpy as np", f"sizes_of_a_network = {answer}")
        assert verdict_on(task("sizes_of_a_network")[0], *sources).status == "holds"


def test_the_references_are_those_of_the_package():
    conv, dense = Conv(3, 16, size=5, padding=0), Dense(14 * 14 * 16, 10)
    weights, biases = (int(np.prod(p.shape)) for p in conv.parameters)
    found = task("sizes_of_a_network")[0]
    assert found.reference(**found.given) == (
        *(weights, biases, 28),
        int(np.prod(dense.parameters[0].shape)),
    )

    rng = np.random.default_rng(0)
    image, W = rng.normal(size=(5, 4)), rng.normal(size=(3, 3))
    layer = Conv(1, 1, size=3, padding=0)
    params = (W[..., None, None], np.zeros(1))
    out, way = layer.forward(params, image[None, ..., None], None)
    assert np.allclose(task("feature_map")[0].reference(image, W), out[0, ..., 0])
    slopes = rng.normal(size=out.shape)
    by_image, _ = layer.backward(params, way, slopes)
    ours = task("pixel_slopes")[0].reference(slopes[0, ..., 0], W)
    assert np.allclose(ours, by_image[0, ..., 0])

    image = rng.normal(size=(4, 6))
    pooled, way = MaxPool(2).forward((), image[None, ..., None], None)
    slopes = rng.normal(size=pooled.shape)
    by_image, _ = MaxPool(2).backward((), way, slopes)
    ours = task("pool_slopes")[0].reference(image, slopes[0, ..., 0])
    assert np.allclose(ours, by_image[0, ..., 0])


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("feature_map", MAP + MAP_VARIANTS["windows"] + " * 1.01"),
        (
            "feature_map",
            MAP + "    W = W.copy()\n    W[-1, -1] *= 1.01\n" + MAP_VARIANTS["windows"],
        ),
        ("pixel_slopes", PIXELS + PIXELS_VARIANTS["turned round"] + " * 1.01"),
        ("pool_slopes", POOL + POOL_VARIANTS["reshaped"] + " * 1.01"),
    ],
)
def test_answers_off_by_one_percent_fail(name, source):
    assert verdict_on(task(name)[0], source).status == "fails"


def test_a_window_turned_round_is_shown_with_a_single_pixel():
    found, mistakes = task("feature_map")
    source = MAP + MAP_VARIANTS["windows"].replace("* W)", "* W[::-1, ::-1])")
    lines = text(verdict_on(found, source, mistakes=mistakes)).splitlines()
    assert lines[1].startswith("  fails: at a single place it is the sum of the products")
    assert lines[2].startswith("  looks like: the window is turned round, as in the convolution of")


def test_the_broken_function_is_recognised():
    found, mistakes = task("pixel_slopes")
    source = PIXELS + PIXELS_VARIANTS["turned round"].replace("W[::-1, ::-1]", "W")
    verdict = verdict_on(found, source, mistakes=mistakes)
    assert verdict.diagnosis.startswith("this is what the broken function returns")
    assert verdict.summary == "2 of 5 properties hold"
