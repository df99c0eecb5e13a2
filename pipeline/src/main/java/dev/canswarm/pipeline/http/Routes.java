package dev.canswarm.pipeline.http;

import java.util.Map;
import java.util.TreeMap;
import reactor.core.publisher.Mono;

/** Which handler answers which path. Immutable. */
public final class Routes {
  private static final String GET = "GET";
  private static final String HEAD = "HEAD";
  private static final String ALLOWED = GET + ", " + HEAD;

  private final Map<String, Handler> handlers;

  private Routes(Map<String, Handler> handlers) {
    this.handlers = Map.copyOf(handlers);
  }

  /** No paths at all. */
  public static Routes none() {
    return new Routes(Map.of());
  }

  /** The same paths and one more, read with GET and HEAD. */
  public Routes get(String path, Handler handler) {
    Map<String, Handler> more = new TreeMap<>(handlers);
    more.put(path, handler);
    return new Routes(more);
  }

  /** The answer to a request. */
  Mono<Reply> handle(Request request) {
    Handler handler = handlers.get(request.path());
    if (handler == null) {
      return Mono.just(Problem.notFound(request.path()));
    }
    return request.method().equals(GET) || request.method().equals(HEAD)
        ? handler.handle(request)
        : Mono.just(Problem.methodNotAllowed(request.method(), ALLOWED));
  }
}
