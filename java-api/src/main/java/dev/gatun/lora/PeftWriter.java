// SPDX-License-Identifier: Apache-2.0
package dev.gatun.lora;

import dev.gatun.io.JsonConfig;
import dev.gatun.io.SafetensorsWriter;
import dev.gatun.nn.CausalModel;
import dev.gatun.nn.FileLayout;
import dev.gatun.nn.Model;
import dev.gatun.nn.Seq2SeqModel;
import dev.gatun.tensor.DType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** Writes adapters in PEFT's layout. */
final class PeftWriter {
  private PeftWriter() {}

  static void save(LoraAdapter adapter, Path folder) {
    try (Arena arena = Arena.ofShared()) {
      SafetensorsWriter writer = new SafetensorsWriter().putMetadata("format", "pt");
      FileLayout.assemble(arena, adapter.parameters(), adapter::stored, FileLayout::values)
          .forEach((name, tensor) -> writer.put(name, DType.F32, tensor.shape(), tensor.data()));
      Files.createDirectories(folder);
      writer.write(folder.resolve(PeftReader.WEIGHTS));
      Path temporary = Files.createTempFile(folder, PeftReader.CONFIG + ".", ".tmp");
      Files.writeString(temporary, config(adapter).text());
      Files.move(temporary, folder.resolve(PeftReader.CONFIG), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(folder + ": cannot be written: " + e.getMessage(), e);
    }
  }

  private static JsonConfig config(LoraAdapter adapter) {
    LoraConfig config = adapter.config();
    List<String> targets = config.targets();
    boolean text =
        targets.size() == 1
            && (LoraConfig.isExpression(targets.getFirst())
                || targets.getFirst().equals(LoraConfig.ALL_LINEAR));
    List<String> whole = config.modulesToSave();
    return JsonConfig.parse(Path.of(PeftReader.CONFIG), "{}")
        .with("peft_type", "LORA")
        .with("task_type", task(adapter.model(), whole))
        .with("base_model_name_or_path", null)
        .with("inference_mode", true)
        .with("r", config.rank())
        .with("lora_alpha", config.alpha())
        .with("lora_dropout", config.dropout())
        .with("use_rslora", config.rankStabilized())
        .with("fan_in_fan_out", isTransposed(adapter))
        .with("bias", "none")
        .with("init_lora_weights", true)
        .with("target_modules", text ? targets.getFirst() : targets)
        .with("rank_pattern", config.rankPattern())
        .with("alpha_pattern", config.alphaPattern())
        .with("modules_to_save", whole.isEmpty() ? null : whole);
  }

  private static String task(Model model, List<String> whole) {
    if (model instanceof CausalModel) {
      return "CAUSAL_LM";
    }
    if (model instanceof Seq2SeqModel) {
      return "SEQ_2_SEQ_LM";
    }
    return whole.isEmpty() ? null : "SEQ_CLS";
  }

  /** Whether files hold the targets as [in, out]. */
  private static boolean isTransposed(LoraAdapter adapter) {
    return LoraModules.targets(adapter.config(), adapter.model()).stream()
        .anyMatch(LoraModules.Module::transposed);
  }
}
