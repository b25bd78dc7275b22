// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;

/**
 * Gets files over HTTP. Redirects are followed by hand so that a token goes only to the host that
 * it is for, and never from https to http.
 */
final class HttpDownload implements AutoCloseable {
  private static final int MAX_REDIRECTS = 10;
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);
  private static final int BUFFER_BYTES = 256 << 10;

  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT_TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final URI origin;
  private final String token;

  /**
   * A download from one host.
   *
   * @param token sent to the host of {@code origin} only; null for none
   */
  HttpDownload(URI origin, String token) {
    this.origin = origin;
    this.token = token;
  }

  /** Whether an address may be used: https, or http on this machine. */
  static boolean isAllowed(URI uri) {
    String host = uri.getHost();
    return host != null
        && ("https".equals(uri.getScheme())
            || ("http".equals(uri.getScheme())
                && Set.of("localhost", "127.0.0.1", "[::1]").contains(host)));
  }

  /** A small document. */
  byte[] bytes(URI uri, int maxBytes) {
    try (InputStream body = open(uri).body()) {
      byte[] bytes = body.readNBytes(maxBytes + 1);
      if (bytes.length > maxBytes) {
        throw tooLarge(uri, maxBytes);
      }
      return bytes;
    } catch (IOException e) {
      throw brokeOff(uri, e);
    }
  }

  /** Writes the answer to a new file. */
  void toFile(URI uri, Path file, long maxBytes, String stage, Progress progress)
      throws IOException {
    HttpResponse<InputStream> response = open(uri);
    long length = response.headers().firstValueAsLong("Content-Length").orElse(-1);
    long done = 0;
    byte[] buffer = new byte[BUFFER_BYTES];
    try (InputStream body = response.body();
        OutputStream out = Files.newOutputStream(file, StandardOpenOption.CREATE_NEW)) {
      if (length > maxBytes) {
        throw tooLarge(uri, maxBytes);
      }
      if (length > 0) {
        ModelCache.requireSpace(file.getParent(), length, "downloading " + uri);
      }
      for (int count = read(uri, body, buffer); count >= 0; count = read(uri, body, buffer)) {
        done += count;
        if (done > maxBytes) {
          throw tooLarge(uri, maxBytes);
        }
        out.write(buffer, 0, count);
        Cancelled.check(stage);
        progress.update(stage, done, length);
      }
    }
    if (length >= 0 && done != length) {
      throw brokeOff(uri, new IOException("expected " + length + " bytes, got " + done));
    }
  }

  private static int read(URI uri, InputStream body, byte[] buffer) {
    try {
      return body.read(buffer);
    } catch (IOException e) {
      Cancelled.check("downloading " + uri);
      throw brokeOff(uri, e);
    }
  }

  private HttpResponse<InputStream> open(URI first) {
    URI uri = first;
    for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
      HttpRequest.Builder request =
          HttpRequest.newBuilder(uri).timeout(ANSWER_TIMEOUT).header("User-Agent", "gatun");
      if (token != null && sameHost(uri, origin)) {
        request.header("Authorization", "Bearer " + token);
      }
      HttpResponse<InputStream> response = send(uri, request.build());
      if (response.statusCode() == 200) {
        return response;
      }
      discard(response);
      if (!REDIRECTS.contains(response.statusCode())) {
        throw refused(uri, response.statusCode());
      }
      URI next = location(uri, response);
      boolean downgrade = "https".equals(uri.getScheme()) && !"https".equals(next.getScheme());
      if (downgrade || !isAllowed(next)) {
        throw new ModelNotFoundException(
            uri + ": expected a redirect to https, got " + Quoted.of(next.toString()));
      }
      uri = next;
    }
    throw new ModelNotFoundException(first + ": more than " + MAX_REDIRECTS + " redirects");
  }

  private static URI location(URI uri, HttpResponse<?> response) {
    String location = response.headers().firstValue("Location").orElse("");
    try {
      return uri.resolve(location);
    } catch (IllegalArgumentException e) {
      throw new ModelNotFoundException(
          uri + ": expected a redirect to an address, got " + Quoted.of(location), e);
    }
  }

  private HttpResponse<InputStream> send(URI uri, HttpRequest request) {
    try {
      return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
    } catch (IOException e) {
      throw new ModelNotFoundException(
          uri + ": cannot be reached (" + e + "); check the address, the network and the proxy", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("downloading " + uri + " was interrupted");
    }
  }

  private static void discard(HttpResponse<InputStream> response) {
    try {
      response.body().close();
    } catch (IOException e) {
      // Nobody wants this body.
    }
  }

  private static boolean sameHost(URI a, URI b) {
    return a.getScheme().equals(b.getScheme())
        && a.getHost().equals(b.getHost())
        && a.getPort() == b.getPort();
  }

  private ModelNotFoundException refused(URI uri, int status) {
    String advice =
        switch (status) {
          case 401, 403 ->
              token == null
                  ? "; it needs a token: accept the model's terms there and set HF_TOKEN"
                  : "; the token in HF_TOKEN has no access: accept the model's terms there";
          case 404 -> "; check owner, name, revision and file";
          case 429 -> "; too many requests, try again later";
          default -> "; try again later";
        };
    return new ModelNotFoundException(uri + ": the server answered status " + status + advice);
  }

  private static ModelFormatException tooLarge(URI uri, long maxBytes) {
    return new ModelFormatException(
        uri + ": expected at most " + maxBytes + " bytes, the server offers more");
  }

  private static ModelNotFoundException brokeOff(URI uri, IOException cause) {
    return new ModelNotFoundException(
        uri + ": the download broke off (" + cause.getMessage() + "); try again", cause);
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
