// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The weights of ONNX graphs, as f32 and under the names of the modules that were exported. Only
 * weights are taken; the graph is not run.
 *
 * <p>A parameter that kept its name has it here, too, also where it is quantised. The weight of a
 * linear layer is anonymous and stored [in, out] in ONNX: it is named by the path of the node that
 * multiplies with it, {@code /encoder/layer.0/query/MatMul} giving {@code
 * encoder.layer.0.query.weight}, and comes as [out, in].
 */
public final class Onnx implements TensorSource {
  private static final Pattern PARAMETER = Pattern.compile("(.*(?:weight|bias))");
  private static final Pattern QUANTISED = Pattern.compile("(.*(?:weight|bias))_(?:quantized|q)");
  private static final Pattern NODE_SUFFIX =
      Pattern.compile("/(?:MatMul|Gemm)(?:_\\d+)?(?:_quant)?$");
  private static final Set<String> PRODUCTS =
      Set.of("MatMul", "MatMulInteger", "Gemm", "QLinearMatMul");
  private static final int MOST_FILES = 16;

  private final Path origin;
  private final List<FileBytes> files = new ArrayList<>();
  private final Map<String, OnnxWeight> weights = new LinkedHashMap<>();
  private final Map<String, TensorInfo> infos = new LinkedHashMap<>();

  private Onnx(Path origin) {
    this.origin = origin;
  }

  /**
   * Opens the graphs of one model, such as its encoder and its decoder. A weight that is in several
   * of them is taken from the first.
   *
   * @param origin what the user asked for; named when a tensor is missing
   * @throws ModelFormatException if a file is malformed
   */
  public static Onnx open(Path origin, List<Path> paths) {
    if (paths.isEmpty() || paths.size() > MOST_FILES) {
      throw new ModelNotFoundException(
          origin + ": expected 1 to " + MOST_FILES + " ONNX files, got " + paths.size());
    }
    Onnx onnx = new Onnx(origin);
    try {
      for (Path path : paths) {
        FileBytes file = FileBytes.open(path);
        onnx.files.add(file);
        onnx.add(file, OnnxGraph.read(file));
      }
      return onnx;
    } catch (RuntimeException | Error e) {
      onnx.close();
      throw e;
    }
  }

  private void add(FileBytes file, OnnxGraph graph) {
    graph
        .tensors()
        .forEach((name, tensor) -> {
          Matcher quantised = QUANTISED.matcher(name);
          if (quantised.matches()) {
            addQuantised(file, graph, quantised.group(1), tensor);
          } else if (PARAMETER.matcher(name).matches() && isFloat(tensor)) {
            put(file, name, OnnxWeight.plain(tensor, file, false));
          }
        });
    Map<String, OnnxGraph.Node> dequantisers = new HashMap<>();
    for (OnnxGraph.Node node : graph.nodes()) {
      if (node.type().equals("DequantizeLinear") && node.inputs().size() >= 2) {
        node.outputs().forEach(output -> dequantisers.put(output, node));
      }
    }
    for (OnnxGraph.Node node : graph.nodes()) {
      if (PRODUCTS.contains(node.type())) {
        for (int i = 0; i < Math.min(2, node.inputs().size()); i++) {
          OnnxWeight weight = factor(file, graph, node, node.inputs().get(i), dequantisers);
          if (weight != null) {
            put(file, moduleName(node.name()) + ".weight", weight);
          }
        }
      }
    }
  }

  private static boolean isFloat(OnnxTensor tensor) {
    return switch (tensor.type()) {
      case FLOAT, FLOAT16, BFLOAT16, DOUBLE -> true;
      default -> false;
    };
  }

  private void addQuantised(FileBytes file, OnnxGraph graph, String name, OnnxTensor tensor) {
    OnnxTensor scale = first(graph, name + "_scale", name + "_s");
    if (scale != null && tensor.type() != OnnxTensor.Type.OTHER) {
      OnnxTensor zero = first(graph, name + "_zero_point", name + "_z");
      put(file, name, OnnxWeight.quantised(tensor, file, scale, zero, 0, false));
    }
  }

  /** The matrix that a product takes as input {@code name}, or null if that is no weight. */
  private static OnnxWeight factor(
      FileBytes file,
      OnnxGraph graph,
      OnnxGraph.Node node,
      String name,
      Map<String, OnnxGraph.Node> dequantisers) {
    boolean transposed = !node.transposed();
    OnnxTensor tensor = graph.tensors().get(name);
    if (tensor != null && tensor.shape().length == 2) {
      if (isFloat(tensor)) {
        return OnnxWeight.plain(tensor, file, transposed);
      }
      String base = name.endsWith("_quantized") ? name.substring(0, name.length() - 10) : name;
      OnnxTensor scale = graph.tensors().get(base + "_scale");
      if (scale == null || tensor.type() == OnnxTensor.Type.OTHER) {
        return null;
      }
      OnnxTensor zero = graph.tensors().get(base + "_zero_point");
      return OnnxWeight.quantised(tensor, file, scale, zero, 1, transposed);
    }
    OnnxGraph.Node dequantiser = dequantisers.get(name);
    if (dequantiser == null) {
      return null;
    }
    List<String> inputs = dequantiser.inputs();
    OnnxTensor stored = graph.tensors().get(inputs.get(0));
    OnnxTensor scale = graph.tensors().get(inputs.get(1));
    if (stored == null
        || scale == null
        || stored.shape().length != 2
        || stored.type() == OnnxTensor.Type.OTHER) {
      return null;
    }
    OnnxTensor zero = inputs.size() > 2 ? graph.tensors().get(inputs.get(2)) : null;
    return OnnxWeight.quantised(stored, file, scale, zero, dequantiser.axis(), transposed);
  }

  private static OnnxTensor first(OnnxGraph graph, String name, String other) {
    OnnxTensor tensor = graph.tensors().get(name);
    return tensor != null ? tensor : graph.tensors().get(other);
  }

  private static String moduleName(String node) {
    String path = NODE_SUFFIX.matcher(node).replaceFirst("");
    return (path.startsWith("/") ? path.substring(1) : path).replace('/', '.');
  }

  private void put(FileBytes file, String name, OnnxWeight weight) {
    if (weights.putIfAbsent(name, weight) == null) {
      infos.put(name, weight.info(name, file.path()));
    }
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(infos.keySet());
  }

  @Override
  public Optional<TensorInfo> find(String name) {
    return Optional.ofNullable(infos.get(name));
  }

  @Override
  public TensorInfo info(String name) {
    TensorInfo info = infos.get(name);
    if (info == null) {
      throw TensorTable.missing(origin, name, infos.keySet());
    }
    return info;
  }

  /** Offset and length are whole f32 elements. */
  @Override
  public void read(TensorInfo info, long byteOffset, long byteLength, MemorySegment destination) {
    if (!info.equals(infos.get(info.name()))) {
      throw new IllegalArgumentException(
          "TensorSource.read: info: expected a tensor of " + origin + ", got " + info);
    }
    if (!CheckedMath.inside(byteOffset, byteLength, info.byteLength())
        || byteOffset % Float.BYTES != 0
        || byteLength % Float.BYTES != 0) {
      throw new IllegalArgumentException(
          String.format(
              "TensorSource.read: %s: expected whole elements inside its %d bytes, got offset %d"
                  + " length %d",
              info, info.byteLength(), byteOffset, byteLength));
    }
    if (destination.byteSize() < byteLength || destination.isReadOnly()) {
      throw new IllegalArgumentException(
          String.format(
              "TensorSource.read: destination: expected %d writable bytes for %s, got %d%s",
              byteLength,
              info,
              destination.byteSize(),
              destination.isReadOnly() ? " (read-only)" : ""));
    }
    weights.get(info.name()).read(byteOffset / Float.BYTES, byteLength / Float.BYTES, destination);
  }

  @Override
  public void close() {
    files.forEach(FileBytes::close);
  }
}
