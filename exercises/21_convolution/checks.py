"""What right answers of set 21 must satisfy: convolution and pooling, forward and backward."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from coursekit.course.exercises.tasks import Choose, Compute, Implement, Property


def sizes_of_a_network(size, channels, window, filters, classes):
    side = size - window + 1
    return window**2 * channels * filters, filters, side, (side // 2) ** 2 * filters * classes


def own_sizes_of_a_network(rng):
    """The side before the pooling is even."""
    return {
        "size": int(rng.choice([20, 24, 36, 40])),
        "channels": int(rng.choice([4, 5, 6])),
        "window": int(rng.choice([3, 5, 7])),
        "filters": int(rng.choice([6, 20, 30, 32])),
        "classes": int(rng.choice([2, 3, 4, 5])),
    }


def feature_map(image, W):
    windows = sliding_window_view(image, W.shape)
    return (windows * W).sum(axis=(2, 3))


def pixel_slopes(slopes, W):
    return feature_map(np.pad(slopes, len(W) - 1), W[::-1, ::-1])


def pool_slopes(image, slopes):
    rows, columns = slopes.shape
    blocks = image.reshape(rows, 2, columns, 2)
    won = blocks == blocks.max(axis=(1, 3), keepdims=True)
    return (won * slopes[:, None, :, None]).reshape(image.shape)


def array(*entries):
    return np.array(entries, dtype=float)


def one_place(rng):
    one = (array([1, 2], [3, 4]), array([1, 10], [100, 1000]))
    return [one, (rng.normal(size=(3, 3)), rng.normal(size=(3, 3)))]


def window_of_one(rng):
    one = (array([1, 2, 3], [4, 5, 6]), array([2]))
    two = (array([0.5, -1.5], [2, 0.25]), array([-1.5]))
    return [one, two, (rng.normal(size=(3, 4)), rng.normal(size=(1, 1)))]


def single_pixel(rng):
    """An image that is 0 but at one pixel shows the filter backwards."""
    W = array([1, 2], [3, 4])
    corner = array([0, 0, 0], [0, 1, 0], [0, 0, 0])
    other = np.zeros((5, 5))
    other[2, 2] = 2
    return [(corner, W), (other, rng.normal(size=(3, 3)))]


def oblong(rng):
    one = (array([1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12]), array([1, 0], [0, -1]))
    cases = [one]
    for rows, columns, k in ((5, 3, 2), (4, 6, 3), (8, 8, 3), (6, 5, 4)):
        cases.append((rng.normal(size=(rows, columns)), rng.normal(size=(k, k))))
    return cases


def one_slope(rng):
    one = (array([2]), array([1, 2], [3, 4]))
    two = (array([2]), array([1, 2, 3], [4, 5, 6], [7, 8, 9]))
    return [one, two, (rng.normal(size=(1, 1)), rng.normal(size=(3, 3)))]


def symmetrical(rng):
    one = (array([1, 2], [3, 4]), array([1, 2], [2, 1]))
    two = (array([1, 0, 2]), array([1, 2], [2, 1]))
    half = rng.normal(size=(3, 3))
    return [one, two, (rng.normal(size=(2, 3)), half + half[::-1, ::-1])]


def without_symmetry(rng):
    one = (array([1, 0], [0, 5]), array([1, 2], [3, 4]))
    return [one, (rng.normal(size=(3, 3)), rng.normal(size=(2, 2)))]


def any_sizes(rng):
    one = (array([1, 0, 2]), array([1, 2], [3, 4]))
    cases = [one]
    for rows, columns, k in ((4, 2, 3), (2, 5, 2), (3, 3, 4), (6, 4, 3)):
        cases.append((rng.normal(size=(rows, columns)), rng.normal(size=(k, k))))
    return cases


def one_block(rng):
    cases = [(array([1, 5], [3, 4]), array([10])), (array([7, 5], [3, 4]), array([10]))]
    return [*cases, (array([1, 2], [3, 4]), array([-6])), (array([1, 2], [9, 4]), array([2.5]))]


def negative_pixels(rng):
    one = (array([-1, -5], [-3, -4]), array([10]))
    pixels = -1.0 - rng.permutation(16).reshape(4, 4)
    return [one, (pixels, rng.normal(size=(2, 2)).round(1))]


def slope_of_zero(rng):
    one = (array([1, 5, 2, 0], [3, 4, 7, 1]), array([0, 20]))
    return [one, (rng.normal(size=(4, 2)), array([3], [0]))]


def winners_by_block(rng):
    """The largest pixel of all is not the only one that wins."""
    one = (array([1, 5, 2, 0], [3, 4, 7, 1]), array([10, 20]))
    same_row = (array([1, 5, 0, 7], [3, 4, 2, 1]), array([10, 20]))
    return [one, same_row, (array([1, 2], [4, 3], [8, 7], [5, 6]), array([10], [20]))]


def several_blocks(rng):
    one = (array([1, 5, 2, 0], [3, 4, 7, 1], [9, 8, 6, 3], [2, 0, 5, 4]), array([1, 2], [3, 4]))
    cases = [one]
    for rows, columns in ((1, 3), (4, 2), (3, 5)):
        # A permutation, so that no two pixels are equal.
        pixels = rng.permutation(4 * rows * columns) - rows * columns + 0.5
        image = pixels.reshape(2 * rows, 2 * columns)
        cases.append((image, rng.normal(size=(rows, columns))))
    return cases


def close(args, result, expected):
    """Compare on the scale of the numbers here, so that single precision is right as well."""
    return np.allclose(result, expected, rtol=1e-4, atol=1e-5)


TASKS = [
    Compute(
        name="sizes_of_a_network",
        points=1,
        minutes=5,
        reference=sizes_of_a_network,
        given={"size": 32, "channels": 3, "window": 5, "filters": 16, "classes": 10},
        draw=own_sizes_of_a_network,
        yours=(
            "The image has {size} × {size} pixels and {channels} channels (it comes from a "
            "satellite). The convolution has {filters} filters of {window} × {window}, and the "
            "dense layer leads to {classes} scores."
        ),
        hints=(
            "A filter has a window of weights for each channel of the image. Does the number of "
            "places matter for the number of weights?",
            "At how many places does a window of 5 fit into a row of 32 pixels? It begins at "
            "pixel 1, 2, … up to which?",
            "Max pooling halves both sides and leaves the channels. The dense layer has one weight "
            "for every pair of a number that is left and a class.",
        ),
        explanation="5 · 5 · 3 · 16 = 1200 weights and 16 biases; 32 − 5 + 1 = 28 places in a row; "
        "after pooling 14 · 14 · 16 = 3136 numbers, so 3136 · 10 = 31360 weights. Most weights are "
        "in the dense layer.",
    ),
    Implement(
        name="feature_map",
        points=2,
        minutes=7,
        reference=feature_map,
        properties=(
            Property("a window of one pixel multiplies the image", window_of_one, close),
            Property("at a single place it is the sum of the products", one_place, close),
            Property("the window is not turned round", single_pixel, close),
            Property("images and windows may have any size", oblong, close),
        ),
        hints=(
            "Begin with the shape of the result: at how many places does the window fit?",
            "The place (i, j) looks at the rows i to i + k − 1 and the columns j to j + k − 1. "
            "Multiply them with W, entry by entry, and sum.",
            "image[i : i + k, j : j + k] * W, in two loops. The loop over i takes rows − k + 1 "
            "values, that over j columns − k + 1.",
        ),
        explanation="Without loops: sliding_window_view(image, W.shape) has the windows, and "
        "(windows * W).sum(axis=(2, 3)) sums them up. Mathematicians call this cross-correlation; "
        "their convolution turns the window round.",
    ),
    Implement(
        name="pixel_slopes",
        points=2,
        minutes=8,
        reference=pixel_slopes,
        properties=(
            Property("one place hands its slope to the pixels of its window", one_slope, close),
            Property("with a window that half a turn leaves as it is", symmetrical, close),
            Property("with a window without symmetry", without_symmetry, close),
            Property("maps and windows may have any size", any_sizes, close),
        ),
        hints=(
            "With a window that stays the same when it is turned by half a turn the function is "
            "right. What does that suggest?",
            "In one dimension x₂ gets g₀w₂ + g₁w₁ + g₂w₀: the indices run against each other.",
            "The window has to be turned round before it slides over the slopes, in both "
            "directions. W[::-1] reverses the rows alone.",
        ),
        explanation="W[::-1, ::-1], which is the true convolution. Another way needs no turning: "
        "go through the places and add slopes[i, j] * W to the pixels i to i + k − 1, j to j + k − "
        "1. Where windows overlap the parts add.",
    ),
    Implement(
        name="pool_slopes",
        points=3,
        minutes=9,
        reference=pool_slopes,
        properties=(
            Property("of one block the largest pixel gets the slope", one_block, close),
            Property("each block has a winner of its own", winners_by_block, close),
            Property("a winner may be negative", negative_pixels, close),
            Property("a slope of 0 hands on nothing", slope_of_zero, close),
            Property("each slope goes to its own block", several_blocks, close),
        ),
        hints=(
            "The result has the shape of the image, and begins with zeros. Which pixel of block "
            "(i, j) gets slopes[i, j]?",
            "Block (i, j) is image[2 * i : 2 * i + 2, 2 * j : 2 * j + 2]. Compare it with its "
            "maximum: that is True at the winner.",
            "Write (block == block.max()) * slopes[i, j] into the same place of the result.",
        ),
        explanation="The maximum has slope 1 in the winner and 0 in the others, by the chain rule "
        "times the slope from above. Without loops: image.reshape(rows, 2, columns, 2) has the "
        "blocks on the axes 1 and 3.",
    ),
    Choose(
        name="which_is_convolutional",
        points=1,
        minutes=4,
        right="c",
        wrong={
            "a": "a convolutional network is not invariant to shifts: the maps move along with "
            "the image, and the dense layer at the end reads fixed places. That is so in the "
            "lesson as well.",
            "b": "it is the other way round. Shuffling takes away what a convolution relies on, "
            "that neighbours belong together. For a dense network it only numbers the inputs anew.",
            "d": "no information is lost, true, but a convolution cannot use it any more: its "
            "windows hold pixels that have nothing to do with each other. A dense network does "
            "not know neighbours anyway.",
        },
        hints=(
            "What does a dense network know of which pixels are neighbours? So what does shuffling "
            "all images in the same way change for it?",
            "And which of the two makes better use of shifted images in training?",
        ),
        explanation="Shuffling costs B about two points, and something in each seed; A it costs "
        "nothing. So B relies on neighbours. Both fail on moved images, for equivariant maps do "
        "not make an invariant network. After training with shifts B has half the errors of A: "
        "what it learns at one place serves at all.",
    ),
]
