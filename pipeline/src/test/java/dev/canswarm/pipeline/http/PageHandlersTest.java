package dev.canswarm.pipeline.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageHandlersTest {
  private final PageHandlers page = new PageHandlers();

  private Response file(String name) {
    Request request =
        Request.of("GET", "/page/" + name, Map.of(), Map.of())
            .with(Map.of("file", name), new byte[0]);
    return page.file(request).blockOptional().orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "style.css, text/css; charset=utf-8",
    "icon.svg, image/svg+xml",
    "verify.js, text/javascript; charset=utf-8"
  })
  void aFileOfThePageHasItsTypeAndNothingElseMayBeLoadedByIt(String name, String type) {
    Response found = file(name);
    assertThat(found.status()).isEqualTo(200);
    assertThat(found.contentType()).isEqualTo(type);
    assertThat(found.body()).isNotEmpty();
    assertThat(found.headers().get("Content-Security-Policy"))
        .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'");
  }

  @Test
  void theRootIsThePageItself() {
    Response index =
        page.index(Request.of("GET", "/", Map.of(), Map.of())).blockOptional().orElseThrow();
    assertThat(index.status()).isEqualTo(200);
    assertThat(index.body()).isEqualTo(file("index.html").body());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "Style.css", "../HealthHandlers.class", "%2e%2e/x", "style.css\u0000", "x.js"})
  void noOtherFileIsServed(String name) {
    assertThat(file(name).status()).isEqualTo(404);
  }

  @ParameterizedTest
  @CsvSource({
    "/, true",
    "/page/app.js, true",
    "/page, false",
    "/pages/x, false",
    "/v1/needs, false",
    "/metrics, false"
  })
  void onlyThePagesFilesNeedNoToken(String path, boolean isOfPage) {
    assertThat(PageHandlers.isOfPage(path)).isEqualTo(isOfPage);
  }
}
