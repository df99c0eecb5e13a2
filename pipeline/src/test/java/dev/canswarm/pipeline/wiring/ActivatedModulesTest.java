package dev.canswarm.pipeline.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.PolicyFile;
import dev.canswarm.config.Resources;
import dev.canswarm.control.ControlChain;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.StrictJson;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.StoredRows;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Control;
import dev.canswarm.protocol.payload.ControlChange.Activate;
import dev.canswarm.protocol.payload.Finalize;
import dev.canswarm.protocol.payload.Finalize.Outcome;
import dev.canswarm.protocol.payload.Yield;
import dev.canswarm.rule.RuleException;
import dev.canswarm.stage.RowCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A policy with a module comes into force in processes that were started without it. */
class ActivatedModulesTest {
  private static final Duration SECONDS = Duration.ofSeconds(3);

  /** Its count is the artifact {@code {}}, which the module refuses. */
  private static final String NO_WORDS =
      "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"\"}}";

  private final byte[] module = Resources.bytes(PolicyFile.class, "rules/known-artifact.wasm");
  private final ControlledSwarm swarm = new ControlledSwarm();

  @AfterEach
  void stops() {
    swarm.close();
  }

  private Activate ruled() {
    String rules =
        "{\"rules\":[{\"name\":\"known-artifact\",\"sha256\":\"%s\",\"verbs\":[\"COMMIT\"],\"gas_max\":60000,\"memory_pages_max\":2}],"
            .formatted(Sha256.hex(module));
    String json = ControlledSwarm.POLICY.replaceFirst("\\{", rules);
    return new Activate(StrictJson.parseObject(json.getBytes(StandardCharsets.UTF_8)));
  }

  private void archive(byte[] bytes) {
    swarm.store.archive(Sha256.hex(module), "module", bytes).block();
  }

  private Outcome endOf(ThreadId thread) {
    List<Envelope> ends = swarm.on(Verb.FINALIZE, thread);
    assertThat(ends).hasSize(1);
    return Finalize.parse(ends.get(0).payload()).outcome();
  }

  private void assertRefused(ThreadId thread) {
    assertThat(endOf(thread)).isEqualTo(Outcome.REJECTED);
    assertThat(swarm.on(Verb.COMMIT, thread)).isEmpty();
    assertThat(swarm.on(Verb.YIELD, thread))
        .isNotEmpty()
        .allSatisfy(
            yield ->
                assertThat(Yield.parse(yield.payload()).error())
                    .contains("the artifact is {}, which says nothing"));
  }

  @Test
  void runningProcessesAndLaterOnesJudgeByTheModuleInTheArchive() {
    // Another policy's module of that name, which is beside the policy file.
    swarm.modules = named -> Optional.of(new byte[] {0, 'a', 's', 'm'});
    swarm.start("first", "planner-1", "decider-1", "coordinator-1", "gateway-1", "worker-1");
    var judging = swarm.start("judging", "verifier-1", "verifier-2", "verifier-3");
    swarm.intake("before", NO_WORDS);
    swarm.pass(SECONDS);
    archive(module);
    swarm.change(ruled());
    swarm.pass(SECONDS);
    swarm.intake("empty", NO_WORDS);
    swarm.intake("words");
    swarm.pass(SECONDS);
    var later = swarm.start("later", "worker-2");
    swarm.pass(SECONDS);
    swarm.intake("empty-again", NO_WORDS);
    swarm.pass(SECONDS);

    assertThat(endOf(new ThreadId("before"))).isEqualTo(Outcome.ACCEPTED);
    assertRefused(new ThreadId("empty"));
    assertThat(endOf(new ThreadId("words"))).isEqualTo(Outcome.ACCEPTED);
    assertRefused(new ThreadId("empty-again"));
    for (var pipeline : List.of(judging, later)) {
      assertThat(pipeline.control().history().head().policy().hash())
          .isEqualTo(ruled().read().hash());
    }
    assertThat(swarm.failures).isEmpty();
    assertThat(swarm.deadLetters()).isEmpty();
  }

  @Test
  void nothingIsDecidedUntilTheModuleIsInTheArchive() {
    var all = swarm.start("all", ControlledSwarm.everybody());
    swarm.change(ruled());
    swarm.pass(SECONDS);
    swarm.intake("t", NO_WORDS);
    swarm.pass(SECONDS);
    assertThat(all.control().history().head().number()).isZero();
    assertThat(swarm.on(Verb.DECIDE)).isEmpty();
    assertThat(swarm.failures)
        .isNotEmpty()
        .allSatisfy(
            failure ->
                assertThat(failure)
                    .isInstanceOf(RetryableException.class)
                    .hasMessageContaining("load module known-artifact"));

    archive(module);
    swarm.pass(Duration.ofSeconds(10));
    assertThat(all.control().history().head().number()).isOne();
    assertThat(swarm.on(Verb.DECIDE, new ThreadId("t"))).hasSize(1);
  }

  @Test
  void aProcessEndsWhenTheArchiveHoldsSomethingElseUnderTheHash() {
    swarm.start("all", ControlledSwarm.everybody());
    module[module.length - 1] ^= 1;
    archive(Resources.bytes(PolicyFile.class, "rules/known-artifact.wasm"));
    swarm.change(ruled());
    swarm.pass(SECONDS);
    assertEndedWith("expected a module with SHA-256");
  }

  @Test
  void aProcessEndsWhenAModuleCanBeNoRule() {
    byte[] none = "no module".getBytes(StandardCharsets.UTF_8);
    swarm.start("all", ControlledSwarm.everybody());
    String json =
        new String(CanonicalJson.write(ruled().policy()), StandardCharsets.UTF_8)
            .replace(Sha256.hex(module), Sha256.hex(none));
    swarm.store.archive(Sha256.hex(none), "module", none).block();
    swarm.change(new Activate(StrictJson.parseObject(json.getBytes(StandardCharsets.UTF_8))));
    swarm.pass(SECONDS);
    assertEndedWith("no WASM module");
  }

  /** The policy that new messages name can be used, and one that an older message may name not. */
  @Test
  void aProcessEndsWhenAModuleThatIsHereCannotBeTheRuleOfAnotherPolicy() {
    swarm.modules = named -> Optional.of(module);
    String json =
        new String(CanonicalJson.write(ruled().policy()), StandardCharsets.UTF_8)
            .replace("\"memory_pages_max\":2", "\"memory_pages_max\":1");
    Envelope first =
        swarm.entry(
            swarm.genesis,
            new Activate(StrictJson.parseObject(json.getBytes(StandardCharsets.UTF_8))));
    TrustState after =
        ControlChain.apply(swarm.genesis, first, Control.parse(first.payload()), swarm.engine);
    Envelope second = swarm.entry(after, ruled());
    StoredRows.fill(swarm.store, List.of(row(1, first), row(2, second))).block();
    var all = swarm.start("all", ControlledSwarm.everybody());
    swarm.pass(SECONDS);
    assertEndedWith("expected a memory of 1 to 1 pages, got 2");
    assertThat(all.control().history().head().number()).isZero();
  }

  private SlotRow row(long number, Envelope entry) {
    return new RowCodec(swarm.codec).candidate(Slot.control(number), entry, List.of());
  }

  private void assertEndedWith(String message) {
    assertThat(swarm.failures)
        .singleElement()
        .satisfies(
            failure ->
                assertThat(failure)
                    .isInstanceOf(RuleException.class)
                    .hasMessageContaining(message));
  }
}
