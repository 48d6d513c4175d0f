"""What Jauge itself consumes: CodeCarbon watches the machine, the kernel says our share.

`python -m proxy.measured` is the small process that does it; the auditor reads its lines
(`proxy.audit.own`). docs/method/self-measurement.md tells the method.
"""

from proxy.measured.sample import Sample, from_line
from proxy.measured.share import COMPONENTS, Consumption, consumed

__all__ = ["COMPONENTS", "Consumption", "Sample", "consumed", "from_line"]
