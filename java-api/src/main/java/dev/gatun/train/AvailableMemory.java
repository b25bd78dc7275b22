// SPDX-License-Identifier: Apache-2.0
package dev.gatun.train;

import dev.gatun.tensor.DeviceInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * What can still be allocated: the least of the device's budget, the machine's available memory and
 * the limit of the control group (Linux; elsewhere only the budget is known); of a GPU the least of
 * the budget and what the card has left.
 */
final class AvailableMemory {
  private static final Path MACHINE = Path.of("/proc/meminfo");
  private static final Path GROUP_LIMIT = Path.of("/sys/fs/cgroup/memory.max");
  private static final Path GROUP_DETAILS = Path.of("/sys/fs/cgroup/memory.stat");
  private static final Path GROUP_USE = Path.of("/sys/fs/cgroup/memory.current");

  private AvailableMemory() {}

  static long of(DeviceInfo device) {
    long available = Long.MAX_VALUE;
    if (device.memoryBudgetBytes() > 0) {
      available = device.memoryBudgetBytes() - device.allocatedBytes();
    }
    if (device.cardBytes() > 0) {
      return Math.max(0, Math.min(available, device.freeBytes()));
    }
    available = Math.min(available, machine().orElse(Long.MAX_VALUE));
    OptionalLong limit = number(GROUP_LIMIT);
    OptionalLong use = number(GROUP_USE);
    if (limit.isPresent() && use.isPresent()) {
      // The cache of files counts as used, but makes room.
      long cache = entry(GROUP_DETAILS, "inactive_file ").orElse(0);
      available = Math.min(available, limit.getAsLong() - use.getAsLong() + cache);
    }
    return Math.max(0, available);
  }

  private static OptionalLong machine() {
    OptionalLong kibibytes = entry(MACHINE, "MemAvailable:");
    return kibibytes.isPresent()
        ? OptionalLong.of(kibibytes.getAsLong() * 1024)
        : OptionalLong.empty();
  }

  /** The number in the line that starts with {@code key}. */
  private static OptionalLong entry(Path file, String key) {
    try {
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith(key)) {
          return OptionalLong.of(Long.parseLong(line.replaceAll("\\D", "")));
        }
      }
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty();
    }
    return OptionalLong.empty();
  }

  /** The number in a file; empty if there is none, as for "max". */
  private static OptionalLong number(Path file) {
    try {
      return OptionalLong.of(Long.parseLong(Files.readString(file).strip()));
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }
}
