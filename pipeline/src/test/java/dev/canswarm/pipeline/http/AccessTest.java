package dev.canswarm.pipeline.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {
  private static final String TOKEN = "0123456789abcdef0123456789abcdef";

  @ParameterizedTest
  @ValueSource(
      strings = {"127.0.0.1:19080", "127.0.0.1", "localhost:1", "LocalHost", "[::1]:8", "[::1]"})
  void onLoopbackThisMachineMayBeNamedInEachWay(String host) {
    assertThat(Access.loopback().refuse(request("host", host))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "evil.example:19080",
        "127.0.0.1.evil.example",
        "localhost.evil.example",
        "[::2]:8",
        "127.0.0.1@evil.example",
        "",
        ":19080"
      })
  void aForeignHostIsRefused(String host) {
    assertThat(Access.loopback().refuse(request("host", host)))
        .hasValueSatisfying(response -> assertThat(response.status()).isEqualTo(421));
  }

  @Test
  void whatChangesTheWorkOfOthersNeedsTheTokenOnLoopbackToo() {
    Request without = request("host", "127.0.0.1");
    Request with = request("host", "127.0.0.1", "authorization", "Bearer " + TOKEN);
    assertThat(Access.loopback(TOKEN).refuse(without)).isEmpty();
    assertThat(Access.loopback(TOKEN).refuseChange(without))
        .hasValueSatisfying(reply -> assertThat(reply.status()).isEqualTo(401));
    assertThat(Access.loopback(TOKEN).refuseChange(with)).isEmpty();
    assertThat(Access.loopback().refuseChange(with)).isPresent();
  }

  @Test
  void onLoopbackARequestWithoutAHostIsRefused() {
    assertThat(Access.loopback().refuse(request("accept", "*/*"))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://evil.example",
        "http://127.0.0.1:8080",
        "http://localhost:19080",
        "null",
        "",
        "http://",
        "http://%"
      })
  void aPageOfAnotherOriginIsRefused(String origin) {
    Request request = request("host", "127.0.0.1:19080", "origin", origin);
    assertThat(Access.loopback().refuse(request))
        .hasValueSatisfying(response -> assertThat(response.status()).isEqualTo(403));
    Request withToken =
        request("host", "a:1", "origin", origin, "authorization", "Bearer " + TOKEN);
    assertThat(Access.withToken(TOKEN).refuse(withToken)).isPresent();
  }

  @Test
  void aPageOfThisServerIsNot() {
    Request request = request("host", "127.0.0.1:19080", "origin", "http://127.0.0.1:19080");
    assertThat(Access.loopback().refuse(request)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer wrong", "Basic " + TOKEN, TOKEN, "Bearer", "Bearer ", ""})
  void elsewhereWhoHasNotTheTokenIsRefused(String authorization) {
    assertThat(Access.withToken(TOKEN).refuse(request("authorization", authorization)))
        .hasValueSatisfying(
            response -> {
              assertThat(response.status()).isEqualTo(401);
              assertThat(response.headers()).containsKey("WWW-Authenticate");
            });
    assertThat(Access.withToken(TOKEN).refuse(request("host", "127.0.0.1"))).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer " + TOKEN, "bearer  " + TOKEN + " "})
  void whoHasItMayUseAnyNameOfTheServer(String authorization) {
    Request request = request("host", "swarm.example", "authorization", authorization);
    assertThat(Access.withToken(TOKEN).refuse(request)).isEmpty();
  }

  private static Request request(String... headers) {
    Map<String, String> byName = new TreeMap<>();
    for (int i = 0; i < headers.length; i += 2) {
      byName.put(headers[i], headers[i + 1]);
    }
    return Request.of("GET", "/livez", Map.of(), byName);
  }
}
