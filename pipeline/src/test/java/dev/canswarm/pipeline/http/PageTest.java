package dev.canswarm.pipeline.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.json.JsonObject;
import dev.canswarm.pipeline.follow.LogFeed;
import dev.canswarm.pipeline.follow.MemoryLog;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The page's files and the headers that bound what they may do. */
class PageTest {
  private static final Path FILES = Path.of("src/main/resources/dev/canswarm/pipeline/http/page");
  private static final Pattern REFERENCE =
      Pattern.compile("(?:src|href)=\"(/page/[^\"]+)\"|from '\\./([^']+)'");

  private final HttpClient client = HttpClient.newHttpClient();
  private ApiServer server = serve(Access.loopback());

  private static ApiServer serve(Access access) {
    ApiServer server = ApiServer.listen("127.0.0.1", 0, access);
    server.serve(
        ReadRoutes.addTo(
            Routes.none(),
            new LogFeed(new MemoryLog(), Schedulers.parallel(), Schedulers.parallel()),
            new MemoryNeedList(),
            id -> Mono.empty(),
            () -> JsonObject.builder().put("agents", List.of()).build()));
    return server;
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void everyFileIsServedWithItsTypeAndNothingElseIs() throws Exception {
    try (Stream<Path> files = Files.list(FILES)) {
      for (Path file : files.toList()) {
        HttpResponse<String> reply = get("/page/" + file.getFileName());
        OpenApi.load().describes("GET /page/{file}", reply);
        assertThat(reply.statusCode()).as(file.toString()).isEqualTo(200);
        assertThat(reply.body()).isEqualTo(Files.readString(file));
        assertThat(reply.headers().firstValue("x-content-type-options")).hasValue("nosniff");
      }
    }
    assertThat(get("/page/../openapi.yaml").statusCode()).isEqualTo(404);
    assertThat(get("/page/..%2Fopenapi.yaml").statusCode()).isEqualTo(404);
  }

  @Test
  void whatAFileRefersToIsThere() throws Exception {
    try (Stream<Path> files = Files.list(FILES)) {
      for (Path file : files.toList()) {
        Matcher references = REFERENCE.matcher(Files.readString(file));
        while (references.find()) {
          String path =
              references.group(1) == null ? "/page/" + references.group(2) : references.group(1);
          assertThat(get(path).statusCode()).as(file + " refers to " + path).isEqualTo(200);
        }
      }
    }
  }

  @Test
  void aBrowserMayRunAndAskOnlyWhatIsOfThisServer() throws Exception {
    HttpResponse<String> reply = get("/");
    OpenApi.load().describes("GET /", reply);
    assertThat(reply.headers().firstValue("content-security-policy").orElseThrow())
        .contains("default-src 'none'", "script-src 'self'", "require-trusted-types-for 'script'")
        .doesNotContain("unsafe", "*", "http");
    assertThat(reply.headers().firstValue("x-frame-options")).hasValue("DENY");
    assertThat(reply.headers().firstValue("referrer-policy")).hasValue("no-referrer");
  }

  @Test
  void nothingIsParsedAsMarkup() throws IOException {
    try (Stream<Path> files = Files.list(FILES)) {
      for (Path file : files.filter(one -> one.toString().endsWith(".js")).toList()) {
        assertThat(Files.readString(file))
            .as(file.toString())
            .doesNotContain(
                "innerHTML",
                "outerHTML",
                "insertAdjacentHTML",
                "document.write",
                "eval(",
                "Function(",
                "DOMParser",
                "srcdoc");
      }
    }
  }

  @Test
  void thePageNeedsNoTokenAndWhatItShowsDoes() throws Exception {
    server.close();
    server = serve(Access.withToken("secret"));
    assertThat(get("/").statusCode()).isEqualTo(200);
    assertThat(get("/page/app.js").statusCode()).isEqualTo(200);
    for (String path : List.of("/v1/needs", "/v1/events", "/v1/agents", "/v1/dead-letters")) {
      assertThat(get(path).statusCode()).as(path).isEqualTo(401);
    }
    HttpRequest foreign =
        HttpRequest.newBuilder(uri("/")).header("Origin", "http://elsewhere.example").build();
    assertThat(client.send(foreign, HttpResponse.BodyHandlers.ofString()).statusCode())
        .isEqualTo(403);
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private URI uri(String path) {
    return URI.create("http://" + server.address() + path);
  }
}
