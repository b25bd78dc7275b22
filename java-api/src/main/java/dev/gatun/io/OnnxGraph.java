// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The parts of an ONNX graph that hold weights: initialisers, constants, and the nodes that name
 * them. Nothing is executed.
 */
final class OnnxGraph {
  private static final int MOST_TENSORS = 1 << 16;
  private static final int MOST_NODES = 1 << 20;
  private static final int MOST_NAMES = 1 << 12;

  /**
   * An operation.
   *
   * @param type such as {@code MatMul}
   * @param name path of the module that it came from
   * @param axis attribute {@code axis}, 1 by default
   * @param transposed attribute {@code transB}
   */
  record Node(
      String type,
      String name,
      List<String> inputs,
      List<String> outputs,
      int axis,
      boolean transposed) {}

  private final Map<String, OnnxTensor> tensors = new HashMap<>();
  private final List<Node> nodes = new ArrayList<>();

  private OnnxGraph() {}

  /** Tensors by name: initialisers, and constants by the output of their node. */
  Map<String, OnnxTensor> tensors() {
    return tensors;
  }

  List<Node> nodes() {
    return nodes;
  }

  /** Reads the graph of a model file. */
  static OnnxGraph read(FileBytes file) {
    OnnxGraph graph = new OnnxGraph();
    ProtoInput model = new ProtoInput(file);
    boolean found = false;
    while (model.next()) {
      if (model.field() == 7) {
        if (found) {
          throw model.error("the file has two graphs");
        }
        found = true;
        graph.readGraph(model.message());
      } else {
        model.skip();
      }
    }
    if (!found) {
      throw model.error("the file has no graph");
    }
    return graph;
  }

  private void readGraph(ProtoInput graph) {
    while (graph.next()) {
      switch (graph.field()) {
        case 1 -> readNode(graph.message());
        case 5 -> {
          ProtoInput message = graph.message();
          OnnxTensor tensor = OnnxTensor.read(message);
          put(message, tensor.name(), tensor);
        }
        case 15 -> throw graph.error("sparse weights are not read");
        default -> graph.skip();
      }
    }
  }

  private void put(ProtoInput message, String name, OnnxTensor tensor) {
    if (tensors.size() == MOST_TENSORS) {
      throw message.error("the graph has more than " + MOST_TENSORS + " tensors");
    }
    if (tensors.putIfAbsent(name, tensor) != null) {
      throw message.error("two tensors are named " + Quoted.of(name));
    }
  }

  private void readNode(ProtoInput message) {
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    String name = "";
    String type = "";
    Attributes attributes = new Attributes();
    while (message.next()) {
      switch (message.field()) {
        case 1 -> add(message, inputs);
        case 2 -> add(message, outputs);
        case 3 -> name = message.string();
        case 4 -> type = message.string();
        case 5 -> attributes.read(message.message());
        default -> message.skip();
      }
    }
    if (type.equals("Constant")) {
      if (attributes.value != null && outputs.size() == 1) {
        put(message, outputs.getFirst(), attributes.value);
      }
      return;
    }
    if (nodes.size() == MOST_NODES) {
      throw message.error("the graph has more than " + MOST_NODES + " nodes");
    }
    nodes.add(new Node(type, name, inputs, outputs, attributes.axis, attributes.transposed));
  }

  private static void add(ProtoInput message, List<String> names) {
    if (names.size() == MOST_NAMES) {
      throw message.error("a node has more than " + MOST_NAMES + " inputs or outputs");
    }
    names.add(message.string());
  }

  /** The attributes that matter here. */
  private static final class Attributes {
    private OnnxTensor value;
    private int axis = 1;
    private boolean transposed;

    void read(ProtoInput message) {
      String name = "";
      long number = 0;
      OnnxTensor tensor = null;
      while (message.next()) {
        switch (message.field()) {
          case 1 -> name = message.string();
          case 3 -> number = message.varint();
          case 5 -> tensor = OnnxTensor.read(message.message());
          default -> message.skip();
        }
      }
      switch (name) {
        case "value" -> value = tensor;
        case "axis" -> axis = Math.clamp(number, -8, 8);
        case "transB" -> transposed = number != 0;
        default -> {}
      }
    }
  }
}
