// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bench;

import dev.gatun.tensor.Device;
import dev.gatun.tensor.DeviceUnavailableException;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs {@link OperationBenchmark} and {@link ProductBenchmark} on every device that this machine
 * has, with JMH's own options, and names those that it lacks.
 */
public final class DeviceBenchmarks {
  private DeviceBenchmarks() {}

  /** Takes JMH's options; {@code -p device=CPU} chooses one device. */
  public static void main(String[] arguments) throws RunnerException, CommandLineOptionException {
    CommandLineOptions given = new CommandLineOptions(arguments);
    OptionsBuilder options = new OptionsBuilder();
    options.parent(given);
    if (given.getIncludes().isEmpty()) {
      options.include("\\.(Operation|Product)Benchmark\\.");
    }
    if (!given.getParameter("device").hasValue()) {
      options.param("device", devices().toArray(String[]::new));
    }
    Options all = options.build();
    new Runner(all).run();
  }

  private static List<String> devices() {
    List<String> found = new ArrayList<>();
    for (BenchDevice device : BenchDevice.values()) {
      try (Device _ = device.open()) {
        found.add(device.name());
      } catch (DeviceUnavailableException e) {
        System.out.println(device + " is skipped: " + e.getMessage());
      }
    }
    return found;
  }
}
