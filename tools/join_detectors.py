"""Two event detectors as one network: `python tools/join_detectors.py FIRST.onnx SECOND.onnx OUT.onnx`.

Networks trained apart make different mistakes: what only one of them takes for a laugh is seldom one. Both get the same sound;
their log-odds are averaged, label by label, with the weights below, inside one ONNX file. With `--mean` the result is one network
with the mean of the weights of two moments of the same training, which generalises better than either.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import helper, numpy_helper
from train_event_detector import halve

FIRST_WEIGHTS = (0.5, 1.0, 0.5, 0.5, 0.5)
"""Share of the first network per label: laughter, applause, cheer, music, speech. On held-out scenes the second one takes roaring
crowds and applause for each other, so applause is left to the first."""
LEAST = 1e-4


def joined(first: Any, second: Any) -> Any:
    """One model with the input `mel` and the output `probability`."""
    graphs = [onnx.compose.add_prefix_graph(model.graph, prefix) for model, prefix in ((first, "a_"), (second, "b_"))]
    nodes, tensors = [], []
    for graph, prefix in zip(graphs, ("a_", "b_"), strict=True):
        nodes += [helper.make_node("Identity", ["mel"], [f"{prefix}mel"]), *graph.node]
        tensors += graph.initializer
        odds = [("Clip", [f"{prefix}probability", "least", "most"], f"{prefix}p"), ("Sub", ["one", f"{prefix}p"], f"{prefix}q")]
        odds += [("Div", [f"{prefix}p", f"{prefix}q"], f"{prefix}r"), ("Log", [f"{prefix}r"], f"{prefix}odds")]
        odds += [("Mul", [f"{prefix}odds", f"{prefix}weights"], f"{prefix}share")]
        nodes += [helper.make_node(kind, inputs, [output]) for kind, inputs, output in odds]
    nodes += [helper.make_node("Add", ["a_share", "b_share"], ["odds"]), helper.make_node("Sigmoid", ["odds"], ["probability"])]
    shares = np.array(FIRST_WEIGHTS, np.float32)
    constants = {"least": np.float32(LEAST), "most": np.float32(1 - LEAST), "one": np.float32(1), "a_weights": shares}
    constants["b_weights"] = 1 - shares
    tensors += [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "detector", list(first.graph.input), list(first.graph.output), tensors)
    return helper.make_model(graph, opset_imports=first.opset_import, ir_version=first.ir_version)


def mean(first: Any, second: Any) -> Any:
    """`first` with the mean of both models' tensors; they must have the same graph."""
    others = {tensor.name: tensor for tensor in second.graph.initializer}
    for tensor in first.graph.initializer:
        one, other = numpy_helper.to_array(tensor), numpy_helper.to_array(others[tensor.name])
        if one.dtype in (np.float16, np.float32):
            middle = (one.astype(np.float32) + other.astype(np.float32)) / 2
            tensor.CopyFrom(numpy_helper.from_array(middle.astype(one.dtype), tensor.name))
    return first


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("first", type=Path)
    parser.add_argument("second", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--mean", action="store_true", help="the mean of two moments of one training")
    options = parser.parse_args()
    models = [onnx.load(path) for path in (options.first, options.second)]
    onnx.save(mean(*models) if options.mean else joined(*models), options.out)
    halve(options.out)
    print(f"{options.out}: {options.out.stat().st_size} bytes")


if __name__ == "__main__":
    main()
