"""A wheel holds the package and nothing else, and is small. Run as: contents.py FOLDER."""

import sys
import zipfile
from pathlib import Path

(wheel,) = Path(sys.argv[1]).glob("*.whl")
tops = {name.partition("/")[0].partition("-")[0] for name in zipfile.ZipFile(wheel).namelist()}
size = wheel.stat().st_size / 1000
print(f"{wheel.name}: {size:.0f} kB, holds {', '.join(tops)}")
assert tops == {"coursekit"}, tops
assert size < 400, size
