"""EcoLogits' estimate of one generation, written out as arithmetic.

The formulae are those of EcoLogits 0.11.3
(https://ecologits.ai/latest/methodology/llm_inference/, module
`ecologits.impacts.llm`, MPL-2.0), the coefficients stand in
config/factors/ecologits.yaml. EcoLogits evaluates them as a graph in some 350 µs;
written out they take 2 µs. The tests hold the two equal within 1e-9.

Symbols: B billions of parameters, active (used for one token) and total; T
output tokens; b requests served at once by one deployment.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

__all__ = ["Deployment", "Generation", "Hardware", "generate", "gpu_count"]


@dataclass(frozen=True, slots=True)
class Hardware:
    """The server that EcoLogits assumes, and its two regressions."""

    batch: float
    """b: requests served at once."""
    energy_alpha_wh: float
    """Wh per token, GPU and billion active parameters, at b = 0."""
    energy_beta: float
    """Exponent of b."""
    energy_gamma_wh: float
    """Wh per token and GPU, whatever the model."""
    latency_alpha_s: float
    """Seconds per token and billion active parameters."""
    latency_beta_s: float
    """Seconds per token and request served at once."""
    latency_gamma_s: float
    gpu_memory_gb: float
    memory_overhead: float
    server_gpus: float
    server_power_kw: float
    """The server without its GPUs."""
    lifespan_s: float
    gpu_gwp_kgco2e: float
    gpu_adpe_kgsb: float
    gpu_pe_mj: float
    server_gwp_kgco2e: float
    server_adpe_kgsb: float
    server_pe_mj: float


@dataclass(frozen=True, slots=True)
class Deployment:
    """One model on that hardware."""

    active_b: float
    total_b: float
    bits: float = 16
    """Bits per weight."""
    tokens_per_s: float | None = None
    """Published generation speed; None: from the regression."""
    first_token_s: float | None = None


@dataclass(frozen=True, slots=True)
class Generation:
    """What one generation takes, before the data centre's overhead and its place."""

    gpus: int
    latency_s: float
    gpu_wh: float
    """All GPUs that hold the model."""
    server_wh: float
    """This request's share of the rest of the server."""
    gwp_kgco2e: float
    """Hardware's share: making of the server and its GPUs over their lifespan."""
    adpe_kgsb: float
    pe_mj: float

    @property
    def it_wh(self) -> float:
        """Energy at the rack, in Wh: GPUs and server."""
        return self.gpu_wh + self.server_wh


def gpu_count(total_b: float, bits: float, hardware: Hardware) -> int:
    """GPUs that hold a model: its weights with overhead, rounded up to a power of two."""
    memory_gb = hardware.memory_overhead * total_b * bits / 8
    return int(2 ** math.ceil(math.log2(math.ceil(memory_gb / hardware.gpu_memory_gb))))


def generate(
    deployment: Deployment,
    output_tokens: float,
    hardware: Hardware,
    request_s: float = math.inf,
) -> Generation:
    """EcoLogits' generation of `output_tokens`, in Wh, s, kg and MJ.

    `request_s` is the observed duration, which caps the modelled latency as EcoLogits
    does. Raises ValueError (math domain) for a model of no parameters.
    """
    gpus = gpu_count(deployment.total_b, deployment.bits, hardware)
    per_token_wh = (
        hardware.energy_alpha_wh
        * math.exp(hardware.energy_beta * hardware.batch)
        * deployment.active_b
        + hardware.energy_gamma_wh
    )
    latency_s = min(_latency_s(deployment, output_tokens, hardware), request_s)
    share = gpus / hardware.server_gpus
    server_wh = latency_s / 3.6 * hardware.server_power_kw * share / hardware.batch
    spent = latency_s / (hardware.lifespan_s * hardware.batch)
    return Generation(
        gpus=gpus,
        latency_s=latency_s,
        gpu_wh=gpus * output_tokens * per_token_wh,
        server_wh=server_wh,
        gwp_kgco2e=spent * (share * hardware.server_gwp_kgco2e + gpus * hardware.gpu_gwp_kgco2e),
        adpe_kgsb=spent * (share * hardware.server_adpe_kgsb + gpus * hardware.gpu_adpe_kgsb),
        pe_mj=spent * (share * hardware.server_pe_mj + gpus * hardware.gpu_pe_mj),
    )


def _latency_s(deployment: Deployment, output_tokens: float, hardware: Hardware) -> float:
    if deployment.tokens_per_s is None:
        per_token_s = (
            hardware.latency_alpha_s * deployment.active_b
            + hardware.latency_beta_s * hardware.batch
            + hardware.latency_gamma_s
        )
    else:
        per_token_s = 1 / deployment.tokens_per_s
    return output_tokens * per_token_s + (deployment.first_token_s or 0.0)
