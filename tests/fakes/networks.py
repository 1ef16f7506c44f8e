"""A tiny network with the ends of a large depth network: what is lower in the picture is nearer."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

__all__ = ["tiny_depth"]


def tiny_depth(output: str = "predicted_depth") -> bytes:
    """An ONNX file: pixel_values (1, 3, h, w) -> `output` (1, h, w), each pixel's row counted from 0."""
    nodes = [
        helper.make_node("ReduceMean", ["pixel_values"], ["grey"], axes=[1], keepdims=0),
        helper.make_node("Mul", ["grey", "nought"], ["zeros"]),
        helper.make_node("Add", ["zeros", "one"], ["ones"]),
        helper.make_node("CumSum", ["ones", "axis"], [output], exclusive=1),
    ]
    values = {"nought": np.float32(0), "one": np.float32(1), "axis": np.int64(1)}
    graph = helper.make_graph(
        nodes,
        "rows",
        [helper.make_tensor_value_info("pixel_values", TensorProto.FLOAT, [1, 3, "h", "w"])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, [1, "h", "w"])],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in values.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    return model.SerializeToString()
