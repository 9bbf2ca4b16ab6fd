"""Another processor, as far as numpy and its BLAS can be told to take this one for it."""

import json
import os
import subprocess

from .errors import CourseError
from .processes import PYTHON

# Kernels that every processor of the family can run; the first that differs from ours is taken.
CORE_TYPES = ("Nehalem", "Haswell", "ARMV8", "NEOVERSEN1")
_LOOK = """
import json, threadpoolctl
from numpy._core import _multiarray_umath as umath
blas = [x["architecture"] for x in threadpoolctl.threadpool_info() if "architecture" in x]
simd = [x for x in umath.__cpu_dispatch__ if umath.__cpu_features__[x]]
print(json.dumps([blas, simd]))
"""


def other_processor() -> dict[str, str]:
    """Return the environment in which sums and exponentials run on other kernels than ours.

    Also another hash seed, so that nothing may hang on the order of a set.
    Raises CourseError where numpy's BLAS offers no second kernel.
    """
    ours, simd = _look({})
    for core_type in CORE_TYPES:
        theirs, _ = _look({"OPENBLAS_CORETYPE": core_type})
        if theirs and theirs != ours:
            return {
                "OPENBLAS_CORETYPE": core_type,
                "NPY_DISABLE_CPU_FEATURES": " ".join(simd),
                "PYTHONHASHSEED": "1",
            }
    raise CourseError(f"numpy's BLAS has one kind of kernel here: {ours or 'not OpenBLAS'}")


def _look(extra_environment: dict[str, str]) -> tuple[list[str], list[str]]:
    ran = subprocess.run(
        [PYTHON, "-c", _LOOK],
        env={**os.environ, **extra_environment},
        capture_output=True,
        text=True,
        check=True,
    )
    blas, simd = json.loads(ran.stdout)
    return blas, simd
