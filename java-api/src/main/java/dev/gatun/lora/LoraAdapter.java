// SPDX-License-Identifier: Apache-2.0
package dev.gatun.lora;

import dev.gatun.lora.LoraModules.Module;
import dev.gatun.lora.LoraModules.Part;
import dev.gatun.nn.Model;
import dev.gatun.nn.ModelMemory;
import dev.gatun.nn.Parameter;
import dev.gatun.nn.StoredTensor;
import dev.gatun.tensor.Adapters;
import dev.gatun.tensor.Arithmetic;
import dev.gatun.tensor.Lifetime;
import dev.gatun.tensor.LowRank;
import dev.gatun.tensor.Tensor;
import dev.gatun.tensor.Weight;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A low-rank adapter of a model: y = x Wᵀ becomes y + s (x Aᵀ) Bᵀ for the projections that it
 * targets, W frozen and in any format. Its matrices are f32.
 *
 * {@snippet :
 * try (LoraAdapter adapter = LoraAdapter.create(model, LoraConfig.defaults(), 0)) {
 *   adapter.attach();
 *   Trainer.builder(model, Objective.nextToken()).trainable(adapter.parameters()).build().fit(set);
 *   adapter.save(folder); // adapter_config.json and adapter_model.safetensors, as PEFT has them
 * }
 * }
 *
 * <p>Belongs to the model and is closed with it at the latest. Training, merging and saving are for
 * one thread at a time; any number of contexts may read it.
 */
public final class LoraAdapter implements ModelMemory.Dependent {
  private final Model model;
  private final LoraConfig config;
  private final ModelMemory memory;
  private final List<Parameter> parameters = new ArrayList<>();
  private final Map<String, StoredTensor> names = new LinkedHashMap<>();
  private final IdentityHashMap<Weight, LowRank[]> terms = new IdentityHashMap<>();
  private final List<LoraMerge.Target> targets = new ArrayList<>();
  private final Adapters alone = new Alone();
  private LoraMerge merged;
  private boolean closed;

  /** Where the matrices of a new adapter come from. */
  interface Matrices {
    /** A [r, in] or B [out, r] under the adapter's name for it. */
    Parameter matrix(ModelMemory memory, String name, long out, long in);
  }

  LoraAdapter(Model model, LoraConfig config, Map<String, StoredTensor> names, Matrices matrices) {
    this.model = model;
    this.config = config;
    this.names.putAll(names);
    this.memory = new ModelMemory("adapter", model.device(), false, Arithmetic.F32, false, true);
    try {
      for (Module module : LoraModules.targets(config, model)) {
        add(module, matrices);
      }
      parameters.addAll(LoraModules.saved(config, model));
    } catch (RuntimeException | Error e) {
      memory.close();
      throw e;
    }
    model.memory().register(this);
  }

  private void add(Module module, Matrices matrices) {
    int rank = config.rankOf(module.path());
    float scale = config.scaleOf(module.path());
    Parameter a = matrices.matrix(memory, LoraNames.a(module), rank, module.columns());
    parameters.add(a);
    for (Part part : module.parts()) {
      Weight base = part.parameter().matrix();
      Parameter b = matrices.matrix(memory, LoraNames.b(module, part), base.rows(), rank);
      parameters.add(b);
      LowRank term = new LowRank(a.matrix(), b.matrix(), scale, (float) config.dropout());
      terms.put(base, new LowRank[] {term});
      targets.add(
          new LoraMerge.Target(part.parameter(), a.matrix(), b.matrix(), scale, module.tied()));
    }
  }

  /**
   * A fresh adapter, which changes nothing yet: A uniform in ±1/sqrt(in), B zero.
   *
   * @param seed the same seed gives the same values
   * @throws IllegalArgumentException if the config does not fit the model
   */
  public static LoraAdapter create(Model model, LoraConfig config, long seed) {
    LoraConfig complete = LoraModules.complete(config, model);
    return new LoraAdapter(
        model, complete, LoraNames.own(complete, model), new FreshMatrices(seed));
  }

  /**
   * Loads an adapter from PEFT's files.
   *
   * @param folder with {@code adapter_config.json} and {@code adapter_model.safetensors}
   * @throws dev.gatun.io.ModelFormatException if the files are damaged, or the adapter was made for
   *     another base: the message says what does not fit
   * @throws dev.gatun.io.UnsupportedModelException if it is of a kind that this library lacks
   */
  public static LoraAdapter load(Model model, Path folder) {
    return PeftReader.load(model, folder);
  }

  /**
   * Writes {@code adapter_config.json} and {@code adapter_model.safetensors}, which PEFT loads.
   *
   * @throws java.io.UncheckedIOException if the disk is full or fails; older files stay as they are
   */
  public void save(Path folder) {
    memory
        .lifetime()
        .during(() -> {
          PeftWriter.save(this, folder);
          return folder;
        });
  }

  /**
   * Has every context of the model that is opened from now on apply this adapter, to all tokens.
   */
  public void attach() {
    requireOpen("attach");
    if (merged != null) {
      throw new IllegalStateException("adapter: it is merged into the model; unmerge it first");
    }
    model.memory().setAdapters(alone);
  }

  /** Undoes {@link #attach}. */
  public void detach() {
    if (model.memory().adapters() == alone) {
      model.memory().setAdapters(null);
    }
  }

  /**
   * Adds what the adapter does to the matrices of the model, which then costs nothing more. Nothing
   * else may use the model meanwhile; the adapter is detached.
   *
   * @throws IllegalStateException if it is merged already
   * @throws UnsupportedOperationException if a matrix is frozen or quantised, or is that of an
   *     output head which shares it with the word table
   */
  public void merge() {
    requireOpen("merge");
    if (merged != null) {
      throw new IllegalStateException("adapter: it is merged already");
    }
    detach();
    merged = LoraMerge.of(model, targets);
  }

  /**
   * Puts the matrices back as they were before {@link #merge}, bit for bit.
   *
   * @throws IllegalStateException if it is not merged
   */
  public void unmerge() {
    requireOpen("unmerge");
    if (merged == null) {
      throw new IllegalStateException("adapter: it is not merged");
    }
    try (LoraMerge undone = merged) {
      undone.undo(model);
    } finally {
      merged = null;
    }
  }

  /** Whether it is merged into the model. */
  public boolean isMerged() {
    return merged != null;
  }

  /** What training changes: A and B of every target, and the modules that are kept whole. */
  public List<Parameter> parameters() {
    return Collections.unmodifiableList(parameters);
  }

  /** What it is like. */
  public LoraConfig config() {
    return config;
  }

  /** The model that it belongs to. */
  public Model model() {
    return model;
  }

  /** The life of its matrices: who uses them in a step of its own holds a lease. */
  public Lifetime lifetime() {
    return memory.lifetime();
  }

  /** The name of a parameter in PEFT's files. */
  public String fileName(Parameter parameter) {
    return stored(parameter.name()).name();
  }

  /** Has {@code user} closed before the matrices are freed. */
  public void register(ModelMemory.Dependent user) {
    memory.register(user);
  }

  /** Undoes {@link #register}. */
  public void unregister(ModelMemory.Dependent user) {
    memory.unregister(user);
  }

  StoredTensor stored(String parameter) {
    return names.get(parameter);
  }

  /** What it adds to products, by matrix of the model. */
  IdentityHashMap<Weight, LowRank[]> terms() {
    return terms;
  }

  private void requireOpen(String what) {
    if (closed) {
      throw new IllegalStateException("adapter: " + what + ": it is closed");
    }
  }

  /** Detaches it and frees its matrices; what was merged stays. A second call is harmless. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    detach();
    model.memory().unregister(this);
    if (merged != null) {
      merged.close();
    }
    memory.close();
  }

  private final class Alone implements Adapters {
    @Override
    public LowRank[] of(Weight weight) {
      return terms.get(weight);
    }

    @Override
    public Tensor slots() {
      return null;
    }
  }
}
