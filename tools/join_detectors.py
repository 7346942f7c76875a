"""Event detectors as one network.

Networks trained apart make different mistakes: what only one of them takes for a laugh is seldom one. All get the same sound;
their log-odds are averaged, label by label, inside one ONNX file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEAST = 1e-4
"""Probabilities nearer to 0 or 1 count as this, so that no single network decides alone."""


def joined(models: Sequence[Any], shares: NDArray[np.float32]) -> Any:
    """One ONNX model with the input `mel` and the output `probability`.

    Args:
        models: with that input and output, each.
        shares: [models, labels] how much each counts; columns add up to 1.
    """
    import onnx
    from onnx import helper, numpy_helper

    nodes, tensors = [], []
    constants = {"least": np.float32(LEAST), "most": np.float32(1 - LEAST), "one": np.float32(1)}
    for number, (model, share) in enumerate(zip(models, shares, strict=True)):
        own = f"m{number}_"
        graph = onnx.compose.add_prefix_graph(model.graph, own)
        nodes += [helper.make_node("Identity", ["mel"], [f"{own}mel"]), *graph.node]
        tensors += graph.initializer
        odds = [("Clip", [f"{own}probability", "least", "most"], f"{own}p"), ("Sub", ["one", f"{own}p"], f"{own}q")]
        odds += [("Div", [f"{own}p", f"{own}q"], f"{own}r"), ("Log", [f"{own}r"], f"{own}odds")]
        odds += [("Mul", [f"{own}odds", f"{own}share"], f"{own}part")]
        nodes += [helper.make_node(kind, inputs, [output]) for kind, inputs, output in odds]
        constants[f"{own}share"] = share
    parts = [f"m{number}_part" for number in range(len(models))]
    nodes += [helper.make_node("Sum", parts, ["odds"]), helper.make_node("Sigmoid", ["odds"], ["probability"])]
    tensors += [numpy_helper.from_array(np.asarray(value, np.float32), name) for name, value in constants.items()]
    first = models[0]
    graph = helper.make_graph(nodes, "detector", list(first.graph.input), list(first.graph.output), tensors)
    return helper.make_model(graph, opset_imports=first.opset_import, ir_version=first.ir_version)
