package dev.canswarm.pipeline.http;

import java.util.Map;
import java.util.Optional;

/**
 * A request, as far as handlers need it.
 *
 * @param method in upper case
 * @param path decoded, without the query
 * @param query the first value of each parameter; one without a value has the empty string
 * @param headers by name in lower case, the first value of each
 * @param variables of the path, by name
 * @param body empty if the path takes none; must not be modified
 */
public record Request(
    String method,
    String path,
    Map<String, String> query,
    Map<String, String> headers,
    Map<String, String> variables,
    byte[] body) {
  private static final byte[] NOTHING = new byte[0];

  public Request {
    query = Map.copyOf(query);
    headers = Map.copyOf(headers);
    variables = Map.copyOf(variables);
  }

  /** Returns a request whose body is not read and whose path is not matched yet. */
  static Request of(
      String method, String path, Map<String, String> query, Map<String, String> headers) {
    return new Request(method, path, query, headers, Map.of(), NOTHING);
  }

  /** Returns the request with the variables of its path, and with its body. */
  Request with(Map<String, String> ofPath, byte[] content) {
    return new Request(method, path, query, headers, ofPath, content);
  }

  /** Returns the first value of a header; its name in lower case. */
  public Optional<String> header(String lowerCaseName) {
    return Optional.ofNullable(headers.get(lowerCaseName));
  }

  /** Returns the value of a variable of the path. */
  public String variable(String name) {
    String value = variables.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the path has no variable " + name);
    }
    return value;
  }

  /** Returns whether a query parameter was given, unless as {@code false} or {@code 0}. */
  public boolean flag(String parameter) {
    String value = query.get(parameter);
    return value != null && !value.equals("false") && !value.equals("0");
  }

  /** Returns whether the client prefers JSON to text. */
  public boolean wantsJson() {
    return header("accept").filter(types -> types.contains("application/json")).isPresent();
  }
}
