"""What `import coursekit` costs, as a whole process, against `import numpy`."""

import sys

from timing import command, compare

STATEMENTS = [
    "import numpy",
    "pass",
    "import coursekit",
    "import coursekit.symbols",
    "import sympy",
    "import coursekit.losses",
    "import numpy, sympy",
    "import coursekit.plots",
    "import numpy, sympy, matplotlib.figure",
]

if __name__ == "__main__":
    rivals = {code: command([sys.executable, "-c", code]) for code in STATEMENTS}
    compare("Importing, wall time of a process", rivals, rounds=9)
