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
 */
public record Request(
    String method, String path, Map<String, String> query, Map<String, String> headers) {
  public Request {
    query = Map.copyOf(query);
    headers = Map.copyOf(headers);
  }

  /** The value of a header, if it was sent. */
  public Optional<String> header(String lowerCaseName) {
    return Optional.ofNullable(headers.get(lowerCaseName));
  }

  /** Whether a parameter was given and says neither {@code false} nor {@code 0}. */
  public boolean flag(String parameter) {
    String value = query.get(parameter);
    return value != null && !value.equals("false") && !value.equals("0");
  }

  /** Whether the client would rather have JSON than text. */
  public boolean wantsJson() {
    return header("accept").filter(types -> types.contains("application/json")).isPresent();
  }
}
