"""Wrong answers people give in set 21, as code, with the diagnosis each must get."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from coursekit.course.exercises.tasks import Mistake


def sizes(weights=None, biases=None, side=None, dense=None):
    """The four numbers, of which those that are given are wrong."""

    def answer(size, channels, window, filters, classes):
        right = size - window + 1
        found = side(size, window) if side else right
        return (
            weights(channels, window, filters) if weights else window**2 * channels * filters,
            biases(right, channels, filters) if biases else filters,
            found,
            dense(found, filters, classes) if dense else (found // 2) ** 2 * filters * classes,
        )

    return answer


def slide(image, W):
    return (sliding_window_view(image, W.shape) * W).sum(axis=(2, 3))


def turned(W):
    return W[::-1, ::-1]


def full(slopes, W):
    """Slide a window over slopes with a border, as the right answer does with the turned one."""
    return slide(np.pad(slopes, len(W) - 1), W)


def with_border(image, W):
    """Keep the size of the image, as far as a border of zeros can."""
    return slide(np.pad(image, len(W) // 2), W)


def one_place_short(image, W):
    return slide(image, W)[:-1, :-1]


def square_map(image, W):
    """Both loops take the number of rows."""
    k, n = len(W), len(image) - len(W) + 1
    return [[(image[i : i + k, j : j + k] * W).sum() for j in range(n)] for i in range(n)]


def zeros_at_the_end(image, W):
    out, inner = np.zeros(image.shape), slide(image, W)
    out[: len(inner), : inner.shape[1]] = inner
    return out


def matrix_products(image, W):
    return (sliding_window_view(image, W.shape) @ W).sum(axis=(2, 3))


def by_blocks(image, W):
    return slide(image, W)[:: len(W), :: len(W)]


def overwritten(slopes, W):
    k, (rows, columns) = len(W), slopes.shape
    out = np.zeros((rows + k - 1, columns + k - 1))
    for i in range(rows):
        for j in range(columns):
            out[i : i + k, j : j + k] = slopes[i, j] * W
    return out


def in_blocks(image):
    return image.reshape(image.shape[0] // 2, 2, image.shape[1] // 2, 2)


def pooled(pick):
    """Slopes that go where pick(blocks) is not 0, times it."""

    def answer(image, slopes):
        return (pick(in_blocks(image)) * slopes[:, None, :, None]).reshape(image.shape)

    return answer


def winners(blocks):
    return blocks == blocks.max(axis=(1, 3), keepdims=True)


def right_pooled(image, slopes):
    return pooled(winners)(image, slopes)


def against_zeros(image, slopes):
    """The maximum of a block and 0, as of pooling with zeros around it."""
    blocks = in_blocks(image)
    top = np.maximum(blocks.max(axis=(1, 3), keepdims=True), 0)
    return ((blocks == top) * slopes[:, None, :, None]).reshape(image.shape)


def sums_of_winners(image, slopes):
    return right_pooled(image, slopes) * image


def one_for_each_row(blocks):
    return blocks == blocks.max(axis=3, keepdims=True)


def first_index(image, slopes):
    """The index of the winner counts within the block, but is used in the whole image."""
    out = np.zeros(image.size)
    for i in range(slopes.shape[0]):
        for j in range(slopes.shape[1]):
            out[image[2 * i : 2 * i + 2, 2 * j : 2 * j + 2].argmax()] += slopes[i, j]
    return out.reshape(image.shape)


def overlapping_blocks(image, slopes):
    out = np.zeros(image.shape)
    for i in range(slopes.shape[0]):
        for j in range(slopes.shape[1]):
            block = image[i : i + 2, j : j + 2]
            out[i : i + 2, j : j + 2] = (block == block.max()) * slopes[i, j]
    return out


def columns_first(image, slopes):
    """The winner is found right, and its row and column are exchanged within the block."""
    out = np.zeros(image.shape)
    for i in range(slopes.shape[0]):
        for j in range(slopes.shape[1]):
            row, column = divmod(image[2 * i : 2 * i + 2, 2 * j : 2 * j + 2].argmax(), 2)
            out[2 * i + column, 2 * j + row] = slopes[i, j]
    return out


def written_over(image, slopes):
    image[:] = right_pooled(image, slopes)
    return image


def side_after_pooling(size, channels, window, filters, classes):
    weights, biases, side, dense = sizes()(size, channels, window, filters, classes)
    return weights, biases, side // 2, dense


def weights_at_each_place(size, channels, window, filters, classes):
    weights, biases, side, dense = sizes()(size, channels, window, filters, classes)
    return weights * side**2, biases, side, dense


def first_row_alone(image, W):
    out = 0 * slide(image, W)
    out[0] = slide(image, W)[0]
    return out


def in_rows_of_four(image, slopes):
    rows = image.reshape(*slopes.shape, 4)
    won = rows == rows.max(axis=2, keepdims=True)
    return (won * slopes[:, :, None]).reshape(image.shape)


def blocks_one_apart(image, slopes):
    out = np.zeros(image.shape)
    for i, j in np.ndindex(slopes.shape):
        block = image[i : i + 2, j : j + 2]
        out[i : i + 2, j : j + 2] += (block == block.max()) * slopes[i, j]
    return out


def others_kept(image, slopes):
    won = right_pooled(image, np.ones_like(slopes)) == 1
    return np.where(won, right_pooled(image, slopes), image)


def first_pixels(image, slopes):
    out = np.zeros(image.shape)
    out[::2, ::2] = slopes
    return out


MISTAKES = {
    "sizes_of_a_network": [
        Mistake(
            "the channels of the image are forgotten: each filter has a window for each of them",
            sizes(weights=lambda channels, window, filters: window**2 * filters),
        ),
        Mistake(
            "there is one bias for each filter, not for each channel of each filter",
            sizes(biases=lambda side, channels, filters: channels * filters),
        ),
        Mistake(
            "there is one bias for each filter, the same at all places",
            sizes(biases=lambda side, channels, filters: side**2 * filters),
        ),
        Mistake(
            "with a border of zeros the size would stay; without one the window fits 32 − 5 + 1 "
            "times",
            sizes(side=lambda size, window: size),
        ),
        Mistake(
            "the map is one larger: a window of 5 in 32 pixels begins at pixel 1 up to 28",
            sizes(side=lambda size, window: size - window),
        ),
        Mistake(
            "the pooling is left out: it halves both sides of the maps",
            sizes(dense=lambda side, filters, classes: side**2 * filters * classes),
        ),
        Mistake(
            "pooling halves both sides, so a quarter of the numbers is left, not half",
            sizes(dense=lambda side, filters, classes: side**2 // 2 * filters * classes),
        ),
        Mistake(
            "the dense layer reads the maps of all filters, not of one",
            sizes(dense=lambda side, filters, classes: (side // 2) ** 2 * classes),
        ),
        Mistake(
            "the dense layer has a weight for each pair of a number and a class",
            sizes(dense=lambda side, filters, classes: (side // 2) ** 2 * filters),
        ),
        Mistake(
            "the biases are counted among the weights",
            sizes(
                weights=lambda channels, window, filters: (window**2 * channels + 1) * filters,
                dense=lambda side, filters, classes: ((side // 2) ** 2 * filters + 1) * classes,
            ),
        ),
        Mistake(
            "the weights are counted anew at each place; one filter serves at all places",
            weights_at_each_place,
        ),
        Mistake(
            "every filter has a bias of its own",
            sizes(biases=lambda side, channels, filters: 1),
        ),
        Mistake("this is the side after the pooling; asked is that before it", side_after_pooling),
        Mistake(
            "a pooled map has two sides: 14 · 14 numbers, not 14",
            sizes(dense=lambda side, filters, classes: side // 2 * filters * classes),
        ),
    ],
    "feature_map": [
        Mistake(
            "the window is turned round, as in the convolution of mathematics; a network's is not",
            lambda image, W: slide(image, turned(W)),
        ),
        Mistake(
            "the window is transposed: its rows run along the rows of the image",
            lambda image, W: slide(image, W.T),
        ),
        Mistake(
            "one row and one column of places are missing: there are rows − k + 1 of them",
            one_place_short,
        ),
        Mistake(
            "the result has the shape of the image; it has one number for each place where the "
            "window fits",
            zeros_at_the_end,
        ),
        Mistake(
            "a border of zeros was put around the image; none is asked for",
            with_border,
        ),
        Mistake(
            "the number of columns is taken for that of rows; the image need not be square",
            square_map,
        ),
        Mistake(
            "this is the mean over the window; asked is the sum",
            lambda image, W: slide(image, W) / W.size,
        ),
        Mistake(
            "the window is multiplied as a matrix (@); multiply entry by entry (*) and sum",
            matrix_products,
        ),
        Mistake(
            "the window jumps by its own size; it moves by one pixel",
            by_blocks,
        ),
        Mistake(
            "negative answers are set to 0; no bend is asked for",
            lambda image, W: np.maximum(slide(image, W), 0),
        ),
        Mistake(
            "everything is summed up; sum over each window by itself: axis=(2, 3) of the windows",
            lambda image, W: slide(image, W).sum(),
        ),
        Mistake(
            "the sum goes over the places; the windows lie on the axes 2 and 3",
            lambda image, W: (sliding_window_view(image, W.shape) * W).sum(axis=(0, 1)),
        ),
        Mistake(
            "the numbers are right, but in one row; the map has rows and columns",
            lambda image, W: slide(image, W).ravel(),
        ),
        Mistake(
            "rows and columns of the map are exchanged",
            lambda image, W: slide(image, W).T,
        ),
        Mistake(
            "only the first row of the map is filled: is the return inside the loop?",
            first_row_alone,
        ),
        Mistake(
            "the numbers are cut to whole ones: make the map without dtype=int",
            lambda image, W: slide(image, W).astype(int),
        ),
    ],
    "pixel_slopes": [
        Mistake(
            "this is what the broken function returns: if the window slides over the slopes, turn "
            "it round; if you add its parts place by place, do not turn it",
            full,
        ),
        Mistake(
            "only the rows of the window are turned round; turn its columns as well",
            lambda slopes, W: full(slopes, W[::-1]),
        ),
        Mistake(
            "only the columns of the window are turned round; turn its rows as well",
            lambda slopes, W: full(slopes, W[:, ::-1]),
        ),
        Mistake(
            "the window is transposed; that is not the same as turned round",
            lambda slopes, W: full(slopes, W.T),
        ),
        Mistake(
            "the slopes are turned round, and the window is not",
            lambda slopes, W: full(turned(slopes), W),
        ),
        Mistake(
            "the window is turned round, and the slopes or the result as well; turn the window "
            "alone",
            lambda slopes, W: full(turned(slopes), turned(W)),
        ),
        Mistake(
            "where windows overlap a later part overwrites an earlier one; the parts add",
            overwritten,
        ),
        Mistake(
            "the border of zeros is 1 wide, which is right for k = 2 alone; it must be k − 1",
            lambda slopes, W: slide(np.pad(slopes, 1), turned(W)),
        ),
        Mistake(
            "the border of zeros around the slopes is gone",
            lambda slopes, W: slide(slopes, turned(W)),
        ),
        Mistake(
            "the sum over a window became a mean; slopes add",
            lambda slopes, W: full(slopes, turned(W)) / W.size,
        ),
        Mistake(
            "the border of zeros is one too wide; it must be k − 1",
            lambda slopes, W: slide(np.pad(slopes, len(W)), turned(W)),
        ),
        Mistake(
            "the border of zeros is k // 2 wide, which is right for k = 2 alone; it must be k − 1",
            lambda slopes, W: slide(np.pad(slopes, len(W) // 2), turned(W)),
        ),
        Mistake(
            "the window is turned by a quarter; turn it by a half, rows and columns",
            lambda slopes, W: full(slopes, np.rot90(W)),
        ),
        Mistake(
            "turned round does not mean that the signs change: the order of rows and columns does",
            lambda slopes, W: full(slopes, -W),
        ),
    ],
    "pool_slopes": [
        Mistake(
            "all four pixels of a block get the slope; only the winner does",
            pooled(lambda blocks: np.ones_like(blocks)),
        ),
        Mistake(
            "the slope is shared by the four pixels, as if the mean had been taken; the winner "
            "gets all of it",
            pooled(lambda blocks: np.full_like(blocks, 0.25)),
        ),
        Mistake(
            "the slope goes to the smallest pixel; the largest one won",
            pooled(lambda blocks: blocks == blocks.min(axis=(1, 3), keepdims=True)),
        ),
        Mistake(
            "only the largest pixel of the whole image gets a slope; each block has a winner",
            pooled(lambda blocks: blocks == blocks.max()),
        ),
        Mistake(
            "each row of a block has a winner here; a block has one among its four pixels",
            pooled(one_for_each_row),
        ),
        Mistake(
            "the winner is multiplied by its own value; the slope of the maximum in it is 1",
            sums_of_winners,
        ),
        Mistake(
            "the winner gets its own value; it is the slope from above that is handed on",
            lambda image, slopes: right_pooled(image, np.ones_like(slopes)) * image,
        ),
        Mistake(
            "block (i, j) begins at the pixel (2i, 2j), not at (i, j)",
            overlapping_blocks,
        ),
        Mistake(
            "the winner gets 1 and not the slope from above",
            lambda image, slopes: right_pooled(image, np.ones_like(slopes)),
        ),
        Mistake(
            "the winner of a block is looked up by its size: np.abs has no part in max pooling",
            pooled(lambda b: np.abs(b) == np.abs(b).max(axis=(1, 3), keepdims=True)),
        ),
        Mistake(
            "a block of negative pixels has a winner too: start from its maximum, not from 0",
            against_zeros,
        ),
        Mistake(
            "the index of the winner counts within its block; add the place of the block",
            first_index,
        ),
        Mistake(
            "row and column of the winner are exchanged within the block",
            columns_first,
        ),
        Mistake(
            "the slopes are written into the caller's image; make a new array of zeros",
            written_over,
        ),
        Mistake(
            "the slope goes to the first pixel of each block, whichever is the largest",
            first_pixels,
        ),
        Mistake(
            "every pixel gets the slope times its own value; only the winner gets it, and as it is",
            pooled(lambda blocks: blocks),
        ),
        Mistake(
            "all positive pixels get the slope; only the largest of its block does",
            pooled(lambda blocks: blocks > 0),
        ),
        Mistake("the other pixels keep their values; their slope is 0", others_kept),
        Mistake(
            "blocks overlap here: block (i, j) begins at the pixel (2i, 2j), not at (i, j)",
            blocks_one_apart,
        ),
        Mistake(
            "reshape to (rows, columns, 4) takes four neighbours in a row, not a block of 2 × 2",
            in_rows_of_four,
        ),
    ],
}

HARMLESS = {
    "pool_slopes": {
        "by_pixel = np.zeros(image.shape) → by_pixel = np.ones(image.shape)": (
            "Every block is overwritten."
        ),
    },
}
