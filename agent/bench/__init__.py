"""The project's measurements: what the bridge costs beside the least that could do the same.

Each measurement runs both sides in one go on one machine and prints their ratio together with the
command that repeats it; absolute times of different machines cannot be compared, ratios can.
"""

from agent.bench.run import NAMES, run_benches
from agent.bench.target import TargetOptions

__all__ = ["NAMES", "TargetOptions", "run_benches"]
