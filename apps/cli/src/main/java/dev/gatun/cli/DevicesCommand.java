// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.tensor.DeviceInfo;
import dev.gatun.tensor.Devices;
import dev.gatun.tensor.IsaTier;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** What this machine computes with. */
@Command(
    name = "devices",
    mixinStandardHelpOptions = true,
    description = "Lists the CPU's instruction sets and the GPUs, and why one cannot be used.")
final class DevicesCommand implements Callable<Integer> {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    Devices devices = Devices.find();
    DeviceInfo cpu = devices.cpu();
    out.println("CPU: " + cpu.name().strip() + ", " + cpu.threads() + " threads");
    for (IsaTier tier : IsaTier.values()) {
      if (tier != IsaTier.AUTO) {
        out.println("  " + tier.name().toLowerCase(Locale.ROOT) + ": " + state(tier, cpu));
      }
    }
    if (!devices.gpuReason().isEmpty()) {
      out.println("GPUs: unavailable, " + devices.gpuReason());
    }
    for (Devices.Gpu gpu : devices.gpus()) {
      out.printf(
          Locale.ROOT,
          "GPU %d: %s, compute capability %d.%d, %d MiB free of %d%s%n",
          gpu.ordinal(),
          gpu.name(),
          gpu.capability() / 10,
          gpu.capability() % 10,
          gpu.freeBytes() >> 20,
          gpu.memoryBytes() >> 20,
          gpu.reason().isEmpty() ? "" : ", unavailable: " + gpu.reason());
    }
    return 0;
  }

  private static String state(IsaTier tier, DeviceInfo cpu) {
    if (tier == cpu.isa()) {
      return "used";
    }
    return tier.compareTo(cpu.machineIsa()) <= 0
        ? "available"
        : "unavailable, this CPU or its system does not have it";
  }
}
