// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.bindings.NativeLibraryException;
import dev.gatun.io.ModelFormatException;
import dev.gatun.io.ModelNotFoundException;
import dev.gatun.io.UnsupportedModelException;
import dev.gatun.tensor.OutOfDeviceMemoryException;
import dev.gatun.tokenizer.template.TemplateException;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Turns what goes wrong into one sentence and an exit code; a stack trace only for our own faults. */
final class Failures implements IExecutionExceptionHandler {
  private static final int FAULT = 1;
  private static final int WRONG_INPUT = 2;
  private static final int INTERRUPTED = 130;

  @Override
  public int handleExecutionException(
      Exception failure, CommandLine command, ParseResult parsed) {
    int code =
        switch (failure) {
          case CancellationException _ -> INTERRUPTED;
          case ModelFormatException _,
              ModelNotFoundException _,
              UnsupportedModelException _,
              OutOfDeviceMemoryException _,
              NativeLibraryException _,
              TemplateException _,
              UnsupportedOperationException _,
              IllegalArgumentException _,
              IOException _ ->
              WRONG_INPUT;
          default -> FAULT;
        };
    command.getErr().println("gatun: " + (code == INTERRUPTED ? "interrupted" : text(failure)));
    if (code == FAULT) {
      failure.printStackTrace(command.getErr());
    }
    return code;
  }

  private static String text(Exception failure) {
    String message = failure.getMessage();
    return message == null || message.isBlank() ? failure.toString() : message;
  }
}
