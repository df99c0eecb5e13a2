package dev.canswarm.pipeline.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import reactor.core.publisher.Mono;

/** Maps paths to handlers. A segment {@code {name}} matches any segment. Immutable. */
public final class Routes {
  private static final String GET = "GET";
  private static final String HEAD = "HEAD";
  private static final String POST = "POST";

  private record Route(
      String method, String path, int bodyBytesMax, boolean needsToken, Handler handler) {
    private boolean takes(String asked) {
      return asked.equals(method) || (asked.equals(HEAD) && method.equals(GET));
    }

    /** Returns the values of the path's variables, or empty if the path does not match. */
    private Optional<Map<String, String>> match(String asked) {
      List<String> wanted = segments(path);
      List<String> given = segments(asked);
      if (wanted.size() != given.size()) {
        return Optional.empty();
      }
      Map<String, String> variables = new HashMap<>();
      for (int i = 0; i < wanted.size(); i++) {
        String segment = wanted.get(i);
        if (segment.startsWith("{")) {
          variables.put(segment.substring(1, segment.length() - 1), given.get(i));
        } else if (!segment.equals(given.get(i))) {
          return Optional.empty();
        }
      }
      return Optional.of(variables);
    }

    private static List<String> segments(String path) {
      return Arrays.asList(path.split("/", -1));
    }
  }

  /**
   * The handler of a request.
   *
   * @param variables of the path
   * @param bodyBytesMax most bytes of the body; 0 if it is not read
   * @param needsToken on every interface
   */
  record Match(
      Handler handler, Map<String, String> variables, int bodyBytesMax, boolean needsToken) {}

  private final List<Route> routes;

  private Routes(List<Route> routes) {
    this.routes = List.copyOf(routes);
  }

  /** Returns routes without any path. */
  public static Routes none() {
    return new Routes(List.of());
  }

  /** Returns these routes and one more, for GET and HEAD. */
  public Routes get(String path, Handler handler) {
    return with(new Route(GET, path, 0, false, handler));
  }

  /**
   * Returns these routes and one more, for POST.
   *
   * @param bodyBytesMax most bytes of a body, at least 1
   */
  public Routes post(String path, int bodyBytesMax, Handler handler) {
    return with(new Route(POST, path, bodyBytesMax, false, handler));
  }

  /**
   * Returns these routes and one more that changes the work of others: POST with the token, on
   * loopback too.
   *
   * @param bodyBytesMax most bytes of a body, at least 1
   */
  public Routes change(String path, int bodyBytesMax, Handler handler) {
    return with(new Route(POST, path, bodyBytesMax, true, handler));
  }

  private Routes with(Route one) {
    List<Route> more = new ArrayList<>(routes);
    more.add(one);
    return new Routes(more);
  }

  /** Returns all methods and paths, such as {@code GET /v1/needs/{id}}, in their order. */
  public List<String> list() {
    return routes.stream().map(route -> route.method() + " " + route.path()).toList();
  }

  /** Returns the handler of a request; for an unknown path or method it answers a problem. */
  Match find(String method, String path) {
    TreeSet<String> allowed = new TreeSet<>();
    for (Route route : routes) {
      Optional<Map<String, String>> variables = route.match(path);
      if (variables.isPresent()) {
        if (route.takes(method)) {
          return new Match(
              route.handler(), variables.get(), route.bodyBytesMax(), route.needsToken());
        }
        allowed.add(route.method());
        if (route.method().equals(GET)) {
          allowed.add(HEAD);
        }
      }
    }
    Response problem =
        allowed.isEmpty()
            ? Problem.notFound(path)
            : Problem.methodNotAllowed(method, String.join(", ", allowed));
    return new Match(request -> Mono.just(problem), Map.of(), 0, false);
  }
}
