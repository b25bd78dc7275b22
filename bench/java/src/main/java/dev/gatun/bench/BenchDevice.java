// SPDX-License-Identifier: Apache-2.0
package dev.gatun.bench;

import dev.gatun.tensor.Device;
import dev.gatun.tensor.DeviceOptions;
import dev.gatun.tensor.GpuOptions;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a benchmark of single operations runs. */
public enum BenchDevice {
  /** The CPU, with two threads. */
  CPU {
    @Override
    Device open() {
      return Device.cpu(DeviceOptions.defaults().withThreads(2));
    }
  },

  /**
   * The CUDA kernels on the emulated device: its times are those of the emulation, and say only
   * that the way from Java to the kernels works.
   */
  EMULATED {
    @Override
    Device open() {
      Path libraries = Path.of(System.getProperty("gatun.library.path", "build/native/native"));
      Path folder = Files.isDirectory(libraries) ? libraries : libraries.getParent();
      return Device.gpu(
          GpuOptions.defaults().withLibrary(folder.resolve("libgatun_cuda_emulated.so")));
    }
  },

  /** The first GPU. */
  GPU {
    @Override
    Device open() {
      return Device.gpu();
    }
  };

  /**
   * Opens it.
   *
   * @throws dev.gatun.tensor.DeviceUnavailableException if this machine has none
   */
  abstract Device open();
}
