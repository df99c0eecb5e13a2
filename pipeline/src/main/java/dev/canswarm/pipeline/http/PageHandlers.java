package dev.canswarm.pipeline.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/**
 * Handlers of the page at {@code /} and its files. They are the same for every client and contain
 * no data, so they need no token; the page gets its data from the API. The content security policy
 * lets a browser run and load only these files, and connect only to this server.
 */
final class PageHandlers {
  private static final String ROOT = "/";
  private static final String FILES = "/page/";
  private static final String INDEX = "index.html";

  private static final List<String> MODULES =
      List.of(
          "agents.js",
          "api.js",
          "app.js",
          "dom.js",
          "lists.js",
          "live.js",
          "need.js",
          "story.js",
          "verify.js");

  /** Media types by file name; no other file is served. */
  private static final Map<String, String> TYPES = types();

  private static final Map<String, String> HEADERS =
      Map.of(
          "Content-Security-Policy",
          "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src"
              + " 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
              + " require-trusted-types-for 'script'; trusted-types 'none'",
          "Cross-Origin-Opener-Policy",
          "same-origin",
          "Cross-Origin-Resource-Policy",
          "same-origin",
          "Referrer-Policy",
          "no-referrer",
          "X-Frame-Options",
          "DENY");

  private final Map<String, Response> files = new LinkedHashMap<>();

  private static Map<String, String> types() {
    Map<String, String> types = new LinkedHashMap<>();
    types.put(INDEX, "text/html; charset=utf-8");
    types.put("style.css", "text/css; charset=utf-8");
    types.put("icon.svg", "image/svg+xml");
    for (String module : MODULES) {
      types.put(module, "text/javascript; charset=utf-8");
    }
    return types;
  }

  /** Reads all files; blocks for a moment. */
  PageHandlers() {
    TYPES.forEach((name, type) -> files.put(name, new Response(200, type, HEADERS, read(name))));
  }

  /** Whether a path is a file of the page, which is sent without a token. */
  static boolean isOfPage(String path) {
    return path.equals(ROOT) || path.startsWith(FILES);
  }

  /** Handles {@code GET /}. */
  Mono<Response> index(Request request) {
    return file(INDEX, request);
  }

  /** Handles {@code GET /page/{file}}. */
  Mono<Response> file(Request request) {
    return file(request.variable("file"), request);
  }

  private Mono<Response> file(String name, Request request) {
    Response found = files.get(name);
    return Mono.just(found == null ? Problem.notFound(request.path()) : found);
  }

  private static byte[] read(String name) {
    try (InputStream in = PageHandlers.class.getResourceAsStream("page/" + name)) {
      if (in == null) {
        throw new IOException("no resource page/" + name);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
