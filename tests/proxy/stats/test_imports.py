"""SciPy costs two seconds and 80 MB to import: no statistics of the product need it."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    "module", ["proxy.stats", "proxy.bias", "proxy.bias.month", "proxy.audit.month_bias"]
)
def test_importing_loads_no_scipy(module: str) -> None:
    program = f"import sys, {module}; print(sorted({{'scipy', 'numpy'}} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
