// SPDX-License-Identifier: Apache-2.0
package dev.gatun.cli;

import dev.gatun.data.DataException;
import dev.gatun.io.ModelFormatException;
import dev.gatun.io.ModelNotFoundException;
import dev.gatun.io.UnsupportedModelException;
import dev.gatun.tensor.DeviceFaultException;
import dev.gatun.tensor.DeviceUnavailableException;
import dev.gatun.tensor.OutOfDeviceMemoryException;
import dev.gatun.tokenizer.template.TemplateException;
import dev.gatun.train.CheckpointException;
import dev.gatun.train.NonFiniteException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.concurrent.CancellationException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Turns what goes wrong into one sentence and an exit code; a stack trace only for our own faults.
 */
final class Failures implements IExecutionExceptionHandler, IParameterExceptionHandler {
  static final int FAULT = 1;
  static final int WRONG_INPUT = 2;
  static final int INTERRUPTED = 130;

  private final Interrupt interrupt;

  Failures(Interrupt interrupt) {
    this.interrupt = interrupt;
  }

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    return report(failure, command.getErr());
  }

  @Override
  public int handleParseException(ParameterException failure, String[] args) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    String name = command.getCommandSpec().qualifiedName();
    String text = oneLine(failure.getMessage());
    if (failure instanceof UnmatchedArgumentException unmatched
        && !unmatched.isUnknownOption()
        && !unmatched.getSuggestions().isEmpty()) {
      text += ", did you mean " + String.join(" or ", unmatched.getSuggestions()) + "?";
    }
    err.println("gatun: " + text + "; see " + name + " --help");
    return WRONG_INPUT;
  }

  /** Says what went wrong and returns the exit code. */
  int report(Throwable failure, PrintWriter err) {
    if (interrupt.raised() || failure instanceof CancellationException) {
      err.println("gatun: interrupted");
      return INTERRUPTED;
    }
    int code = code(failure);
    err.println("gatun: " + text(failure));
    if (code == FAULT) {
      failure.printStackTrace(err);
    }
    return code;
  }

  private static int code(Throwable failure) {
    return switch (failure) {
      case ModelFormatException _,
          ModelNotFoundException _,
          UnsupportedModelException _,
          OutOfDeviceMemoryException _,
          OutOfMemoryError _,
          DeviceUnavailableException _,
          DeviceFaultException _,
          LinkageError _,
          TemplateException _,
          UnsupportedOperationException _,
          DataException _,
          CheckpointException _,
          NonFiniteException _,
          IllegalArgumentException _,
          UncheckedIOException _,
          IOException _ ->
          WRONG_INPUT;
      default -> FAULT;
    };
  }

  private static String text(Throwable failure) {
    return switch (failure) {
      case OutOfMemoryError e ->
          "the Java heap is full ("
              + e.getMessage()
              + "); give it more, such as JAVA_TOOL_OPTIONS=-Xmx4g";
      case OutOfDeviceMemoryException e ->
          oneLine(e.getMessage())
              .replace("memory_budget_bytes", "--memory")
              .replace("cacheTokens", "--context")
              .replace("maxNewTokens", "--max-tokens");
      case ExceptionInInitializerError e when e.getCause() != null -> text(e.getCause());
      case LinkageError e -> "native code cannot be used: " + oneLine(e.getMessage());
      default -> oneLine(failure.getMessage() == null ? failure.toString() : failure.getMessage());
    };
  }

  private static String oneLine(String message) {
    return String.valueOf(message).strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
