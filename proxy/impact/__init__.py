"""What an exchange cost: energy, water, greenhouse gases, minerals, with ranges.

    estimator = load_estimator(config)
    estimator.model_name(exchange)   # the catalogue's name of its model, None when unknown
    estimator.estimate(exchange)     # its Impact

Neither ever raises for what an exchange may hold.
"""

from proxy.impact.estimate import Estimator, load_estimator
from proxy.impact.figures import FactorError

__all__ = ["Estimator", "FactorError", "load_estimator"]
