package dev.canswarm.pipeline.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.pipeline.cli.command.Console;
import dev.canswarm.pipeline.cli.kafka.UnverifiedEnvelope;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChainViewTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ChainView view =
      new ChainView(
          new Console(new PrintStream(out, true, StandardCharsets.UTF_8), System.err, false),
          List.of("t"),
          Map.of("key", "worker-1"));

  private static UnverifiedEnvelope envelope(
      Verb verb, String thread, String id, String... parents) {
    return envelope(verb, thread, id, "key", JsonObject.empty(), parents);
  }

  private static UnverifiedEnvelope envelope(
      Verb verb, String thread, String id, String sender, JsonObject change, String... parents) {
    JsonObject json =
        JsonObject.builder()
            .put("kind", verb.name())
            .put("id", id)
            .put("thread_id", thread)
            .put("need_id", "need")
            .put("lamport", 1)
            .put("sender_pk_b64", sender)
            .put("parents", List.of(parents))
            .put("payload", JsonObject.builder().put("number", 1).put("change", change).build())
            .build();
    return UnverifiedEnvelope.of(CanonicalJson.write(json)).orElseThrow();
  }

  private List<String> kinds() {
    return out.toString(StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.strip().split(" +")[2])
        .toList();
  }

  @Test
  void whatComesEarlyIsShownAfterWhatItFollowsFrom() {
    view.seen(envelope(Verb.NEED, "t", "n"), 0);
    view.seen(envelope(Verb.ATTEST, "t", "a", "c"), 1);
    view.seen(envelope(Verb.FINALIZE, "t", "f", "a"), 2);
    assertThat(kinds()).containsExactly("NEED");
    assertThat(view.over()).isFalse();
    view.seen(envelope(Verb.COMMIT, "t", "c", "n"), 3);
    assertThat(kinds()).containsExactly("NEED", "COMMIT", "ATTEST", "FINALIZE");
    assertThat(view.over()).isTrue();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("worker-1");
  }

  @Test
  void otherThreadsAndRepetitionsAreLeftOut() {
    view.seen(envelope(Verb.NEED, "other", "x"), 0);
    view.seen(envelope(Verb.NEED, "t", "n"), 0);
    view.seen(envelope(Verb.NEED, "t", "n"), 1);
    assertThat(kinds()).containsExactly("NEED");
  }

  @Test
  void entriesOfTheControlChainAreShownAndNameTheKeysThatTheyAdd() {
    JsonObject change =
        JsonObject.builder()
            .put("type", "ROTATE")
            .put("name", "worker-1")
            .put("old", "key")
            .put("key", "successor")
            .build();
    view.seen(envelope(Verb.NEED, "t", "n"), 0);
    view.seen(envelope(Verb.CONTROL, "control", "e", "key", change), 1);
    view.seen(envelope(Verb.CLAIM, "t", "c", "successor", JsonObject.empty()), 2);

    assertThat(kinds()).containsExactly("NEED", "CONTROL", "CLAIM");
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("ROTATE worker-1, key successo")
        .contains("worker-1 new");
  }
}
