"""The measures of VBench-I2V with their own networks: the extra `vbench`. Nothing is loaded or fetched on import.

footage -> features and scores (networks) -> VBench's own formulas (aggregate) -> values, and what is missing (measure)
"""

from stillreel.evaluation.vbench.measure import MEASURES, measure
from stillreel.evaluation.vbench.networks import NETWORKS
from stillreel.evaluation.vbench.values import Missing, Unavailable, VBench

__all__ = ["MEASURES", "NETWORKS", "Missing", "Unavailable", "VBench", "measure"]
