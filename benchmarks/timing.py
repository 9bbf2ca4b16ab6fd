"""Time rivals in turn and print medians and ratios; what all benchmarks share."""

import statistics
import subprocess
import time
from collections.abc import Callable, Mapping

Rival = Callable[[], object]


def command(words: list[str], **options: object) -> Rival:
    """Return a rival that runs a command and raises if it fails."""

    def run() -> None:
        subprocess.run(words, check=True, capture_output=True, **options)  # type: ignore[call-overload]

    return run


def seconds(rival: Rival, repeat: int) -> float:
    """Return the seconds of one call, averaged over `repeat` calls."""
    began = time.perf_counter()
    for _ in range(repeat):
        rival()
    return (time.perf_counter() - began) / repeat


def compare(
    title: str, rivals: Mapping[str, Rival], *, rounds: int = 5, repeat: int = 1, warm: bool = True
) -> None:
    """Run all rivals in each round and print their medians, and their ratios to the first one."""
    if warm:
        for rival in rivals.values():
            rival()
    times: dict[str, list[float]] = {name: [] for name in rivals}
    for _ in range(rounds):
        for name, rival in rivals.items():
            times[name].append(seconds(rival, repeat))
    first = next(iter(times))
    width = max(map(len, rivals))
    print(f"\n{title} ({rounds} rounds)")
    print(f"{'':{width}}   median s   ratio to {first!r}: median (lowest to highest)")
    for name, values in times.items():
        ratios = [a / b for a, b in zip(values, times[first], strict=True)]
        middle = statistics.median(ratios)
        print(
            f"{name:{width}}   {statistics.median(values):8.4f}   "
            f"{middle:.2f} ({min(ratios):.2f} to {max(ratios):.2f})"
        )
