"""The parent of all processes: owns the sockets, keeps workers and auditor alive, rolls them."""

from proxy.supervisor.sockets import SupervisorError
from proxy.supervisor.supervisor import EX_CONFIG, Supervisor, supervise

__all__ = ["EX_CONFIG", "Supervisor", "SupervisorError", "supervise"]
