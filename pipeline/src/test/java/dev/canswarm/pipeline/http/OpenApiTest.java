package dev.canswarm.pipeline.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.canswarm.json.JsonObject;
import dev.canswarm.pipeline.follow.LogFeed;
import dev.canswarm.pipeline.follow.MemoryLog;
import dev.canswarm.pipeline.health.Health;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

class OpenApiTest {
  private final ObjectMapper mapper = new ObjectMapper();

  @Test
  void theDocumentHasEveryPathThatIsAnsweredAndNoOther() throws Exception {
    Routes routes =
        ReadRoutes.addTo(
            ApiRoutes.of(
                new Health(List.of(), Schedulers.parallel()),
                Mono::empty,
                new MemoryNeeds(),
                address -> Mono.empty(),
                Schedulers.parallel()),
            new LogFeed(new MemoryLog(), Schedulers.parallel(), Schedulers.parallel()),
            new MemoryNeedList(),
            id -> Mono.empty(),
            () -> JsonObject.builder().build());
    assertThat(OpenApi.load().operations()).containsExactlyInAnyOrderElementsOf(routes.list());
  }

  @Test
  void everyReferenceLeadsSomewhereAndEveryOperationHasAName() throws Exception {
    JsonNode document = OpenApi.load().document();
    for (JsonNode reference : document.findValues("$ref")) {
      assertThat(document.at(reference.asText().substring(1)).isMissingNode())
          .as(reference.asText())
          .isFalse();
    }
    List<String> ids = document.get("paths").findValuesAsText("operationId");
    assertThat(new TreeSet<>(ids)).hasSize(OpenApi.load().operations().size());
  }

  @Test
  void theCheckFindsAMemberThatIsMissingOrWrongOrNotNamed() throws Exception {
    OpenApi api = OpenApi.load();
    JsonNode schema = api.document().at("/components/schemas/Check");
    api.check(schema, json("{'name':'a','state':'up','detail':''}"), "good");
    for (String wrong :
        List.of(
            "{'name':'a','state':'up'}",
            "{'name':'a','state':'odd','detail':''}",
            "{'name':1,'state':'up','detail':''}",
            "{'name':'a','state':'up','detail':'','more':1}",
            "[]")) {
      assertThatThrownBy(() -> api.check(schema, json(wrong), wrong))
          .isInstanceOf(AssertionError.class);
    }
  }

  private JsonNode json(String text) throws Exception {
    return mapper.readTree(text.replace('\'', '"'));
  }
}
