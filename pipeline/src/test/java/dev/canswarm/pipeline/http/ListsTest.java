package dev.canswarm.pipeline.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.json.JsonArray;
import dev.canswarm.json.JsonObject;
import dev.canswarm.pipeline.follow.LogFeed;
import dev.canswarm.pipeline.follow.MemoryLog;
import dev.canswarm.pipeline.follow.NeedList;
import dev.canswarm.pipeline.follow.Position;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Lists over a real socket, of a list in memory. */
class ListsTest {
  private static final String NEEDS = "GET /v1/needs";
  private static final String HASH = "ab".repeat(32);

  private final HttpClient client = HttpClient.newHttpClient();
  private final ApiServer server = ApiServer.listen("127.0.0.1", 0, Access.loopback());
  private final MemoryNeedList list = new MemoryNeedList();
  private final OpenApi openApi = OpenApi.load();
  private volatile JsonObject agents = agents("in_force");

  ListsTest() throws Exception {
    server.serve(
        ReadRoutes.addTo(
            Routes.none(),
            new LogFeed(new MemoryLog(), Schedulers.parallel(), Schedulers.parallel()),
            list,
            id -> Mono.empty(),
            () -> agents));
  }

  @AfterEach
  void close() {
    server.close();
  }

  private static NeedList.Item item(String outcome) {
    return new NeedList.Item(
        new NeedId(HASH),
        new ThreadId("t"),
        "key",
        List.of("text.sum"),
        outcome.isEmpty() ? "working" : "ended",
        5,
        outcome.isEmpty() ? OptionalLong.empty() : OptionalLong.of(9),
        Optional.of(outcome).filter(text -> !text.isEmpty()),
        outcome.equals("REJECTED") ? Optional.of("NO_PLAN") : Optional.empty());
  }

  @Test
  void filtersAreTakenAsTheyAreGiven() throws Exception {
    list.items.add(item(""));
    list.items.add(item("REJECTED"));
    HttpResponse<String> reply =
        get(
            "/v1/needs?state=ended&outcome=REJECTED&type=text.sum&thread=t&older_than_ms=60000"
                + "&artifact="
                + HASH
                + "&cursor=12&limit=2");
    openApi.describes(NEEDS, reply);
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.body())
        .contains("\"next\":\"7\"", "\"phase\":\"working\"", "\"reason\":\"NO_PLAN\"");
    assertThat(list.asked)
        .containsExactly(
            new NeedList.Filter(
                Optional.of(NeedList.State.ENDED),
                Optional.of("REJECTED"),
                Optional.of("text.sum"),
                Optional.of(new ThreadId("t")),
                Optional.of(HASH),
                OptionalLong.of(60_000),
                new NeedList.Window(OptionalLong.of(12), 2)));
  }

  @Test
  void aListThatCannotBeBroughtForwardIsShownAsItIs() throws Exception {
    list.away = true;
    assertThat(get("/v1/needs").body()).isEqualTo("{\"needs\":[],\"verified\":false}");
  }

  @Test
  void aThreadWithoutNeedsIsNotFound() throws Exception {
    assertThat(get("/v1/threads/t").statusCode()).isEqualTo(404);
    list.items.add(item("ACCEPTED"));
    HttpResponse<String> reply = get("/v1/threads/t");
    openApi.describes("GET /v1/threads/{id}", reply);
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.body()).contains("\"thread_id\":\"t\"");
    assertThat(get("/v1/threads/a%20b").statusCode()).isEqualTo(400);
  }

  @Test
  void deadLettersSayWhereTheyCameFromAndWhy() throws Exception {
    list.letters.add(
        new NeedList.DeadLetter(new Position(4, 2), "swarm.need/1@3", "BAD_SIGNATURE: no", 8));
    HttpResponse<String> reply = get("/v1/dead-letters?limit=1");
    openApi.describes("GET /v1/dead-letters", reply);
    assertThat(reply.body())
        .isEqualTo(
            "{\"dead_letters\":[{\"reason\":\"BAD_SIGNATURE: no\",\"source\":\"swarm.need/1@3\","
                + "\"stored_ms\":8}],\"next\":\"4-2\",\"verified\":false}");
    assertThat(get("/v1/dead-letters?cursor=x").statusCode()).isEqualTo(400);
  }

  private static JsonObject agents(String status) {
    JsonObject agent =
        JsonObject.builder()
            .put("public_key", "key")
            .put("roles", List.of("worker"))
            .put("status", status)
            .build();
    return JsonObject.builder().put("agents", new JsonArray(List.of(agent))).build();
  }

  @Test
  void agentsAreListedAsTheyAreAtEachRequest() throws Exception {
    assertThat(get("/v1/agents").body()).contains("in_force");
    agents = agents("retired");
    HttpResponse<String> reply = get("/v1/agents");
    openApi.describes("GET /v1/agents", reply);
    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.body()).contains("retired");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "state=closed",
        "outcome=accepted",
        "thread=a%20b",
        "artifact=ab",
        "older_than_ms=-1",
        "cursor=x",
        "limit=0",
        "limit=501",
        "type=a%00b"
      })
  void anythingElseIsRefused(String query) throws Exception {
    HttpResponse<String> reply = get("/v1/needs?" + query);
    openApi.describes(NEEDS, reply);
    assertThat(reply.statusCode()).isEqualTo(400);
    assertThat(list.asked).isEmpty();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create("http://" + server.address() + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
