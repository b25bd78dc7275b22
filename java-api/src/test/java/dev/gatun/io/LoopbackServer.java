// SPDX-License-Identifier: Apache-2.0
package dev.gatun.io;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * An HTTP server on this machine that answers each connection once. Written by hand so that it can
 * break off in the middle of an answer, and because the JDK's own server is in a module that this
 * one does not read.
 */
final class LoopbackServer implements AutoCloseable {
  /** The answer to a request; the body's characters stand for bytes. */
  record Answer(int status, String location, String body, long announcedLength) {
    static Answer status(int status) {
      return new Answer(status, null, "", 0);
    }

    static Answer redirect(String location) {
      return new Answer(302, location, "", 0);
    }

    /** Announces more than it sends. */
    static Answer cut(byte[] body, long announcedLength) {
      return new Answer(200, null, text(body), announcedLength);
    }

    private static String text(byte[] body) {
      return new String(body, StandardCharsets.ISO_8859_1);
    }

    static Answer body(byte[] body) {
      return new Answer(200, null, text(body), body.length);
    }
  }

  /** Decides what to answer; header names are in lower case. */
  @FunctionalInterface
  interface Handler {
    Answer answer(String path, Map<String, String> headers);
  }

  private final ServerSocket socket;
  private final Handler handler;

  private LoopbackServer(ServerSocket socket, Handler handler) {
    this.socket = socket;
    this.handler = handler;
  }

  static LoopbackServer start(Handler handler) throws IOException {
    LoopbackServer server =
        new LoopbackServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), handler);
    Thread.ofVirtual().start(server::serve);
    return server;
  }

  String address() {
    return "http://127.0.0.1:" + socket.getLocalPort();
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (Socket connection = socket.accept()) {
        answer(connection);
      } catch (IOException e) {
        // The client went away, or the server was closed: nothing to answer.
      }
    }
  }

  private void answer(Socket connection) throws IOException {
    BufferedReader in =
        new BufferedReader(
            new InputStreamReader(connection.getInputStream(), StandardCharsets.ISO_8859_1));
    String request = in.readLine();
    if (request == null) {
      return;
    }
    Map<String, String> headers = new HashMap<>();
    for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    String target = request.substring(request.indexOf(' ') + 1, request.lastIndexOf(' '));
    int query = target.indexOf('?');
    Answer answer = handler.answer(query < 0 ? target : target.substring(0, query), headers);
    String head =
        "HTTP/1.1 "
            + answer.status
            + " x\r\nConnection: close\r\nContent-Length: "
            + answer.announcedLength
            + (answer.location == null ? "" : "\r\nLocation: " + answer.location)
            + "\r\n\r\n";
    OutputStream out = connection.getOutputStream();
    out.write(head.getBytes(StandardCharsets.ISO_8859_1));
    out.write(answer.body.getBytes(StandardCharsets.ISO_8859_1));
    out.flush();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
