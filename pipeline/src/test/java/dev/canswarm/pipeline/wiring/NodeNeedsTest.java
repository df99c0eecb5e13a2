package dev.canswarm.pipeline.wiring;

import static org.assertj.core.api.Assertions.assertThat;

import dev.canswarm.config.PolicyFile;
import dev.canswarm.control.ControlHistory;
import dev.canswarm.control.TrustState;
import dev.canswarm.crypto.Engines;
import dev.canswarm.crypto.PublicKey;
import dev.canswarm.crypto.Sha256;
import dev.canswarm.crypto.SignatureEngine;
import dev.canswarm.crypto.SigningKey;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.EnvelopeLimits;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.pipeline.http.Needs.Found;
import dev.canswarm.pipeline.http.Needs.Submission;
import dev.canswarm.pipeline.http.Needs.Submitted;
import dev.canswarm.pipeline.http.ProblemException;
import dev.canswarm.pipeline.http.Response;
import dev.canswarm.pipeline.reader.StoredCheck;
import dev.canswarm.policy.Policy;
import dev.canswarm.policy.PolicyCheck;
import dev.canswarm.policy.RoleName;
import dev.canswarm.policy.TrustRegistry;
import dev.canswarm.port.ForwardingSlotStore;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.SlotKey;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.SlotStore;
import dev.canswarm.port.StoredRows;
import dev.canswarm.port.Topics;
import dev.canswarm.port.memory.MemoryBroker;
import dev.canswarm.port.memory.MemoryBus;
import dev.canswarm.port.memory.MemorySlotStore;
import dev.canswarm.protocol.Agent;
import dev.canswarm.protocol.Rules;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Cancel;
import dev.canswarm.protocol.verb.Admission;
import dev.canswarm.stage.Gateway;
import dev.canswarm.stage.Signers;
import dev.canswarm.stage.trace.NeedTrace;
import dev.canswarm.stage.trace.TracePart;
import dev.canswarm.stage.trace.Tracer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;

class NodeNeedsTest {
  private static final String WORDS =
      "{\"task_type\":\"text.wordcount\",\"input\":{\"text\":\"a\"}}";
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final SignatureEngine engine = Engines.portable();
  private final SigningKey key = engine.signingKey(Sha256.hash(new byte[] {1}));
  private final EnvelopeCodec codec = new EnvelopeCodec("swarm", engine, EnvelopeLimits.DEFAULT);
  private final Policy policy = Policy.parse(PolicyFile.builtIn());
  private final VirtualTimeScheduler time = VirtualTimeScheduler.create();
  private final MemorySlotStore store = new MemorySlotStore(() -> 1);
  private final MemoryBroker broker = new MemoryBroker("memory", 1);
  private SlotStore asked = store;
  private boolean full;
  private Tracer tracer = Tracer.NONE;

  @AfterEach
  void stop() {
    time.dispose();
  }

  private TrustRegistry gatewayTrust() {
    TreeMap<PublicKey, Set<RoleName>> roles = new TreeMap<>();
    roles.put(key.publicKey(), EnumSet.of(RoleName.GATEWAY));
    for (byte i = 2; i < 6; i++) {
      roles.put(
          engine.signingKey(Sha256.hash(new byte[] {i})).publicKey(),
          EnumSet.complementOf(EnumSet.of(RoleName.GATEWAY)));
    }
    return TrustRegistry.of(roles);
  }

  private Gateway gateway() {
    TrustRegistry trust = gatewayTrust();
    return new Gateway(
        new Agent("gateway", RoleName.GATEWAY, key.publicKey()),
        new Signers(codec, () -> 1, List.of(key)),
        new Admission(
            new PolicyCheck(policy, trust),
            new Rules(policy, trust, new TreeSet<>(Set.of("text.wordcount"))),
            false));
  }

  private NodeNeeds needs(Optional<Gateway> signing) {
    Optional<Supplier<Gateway>> gateway = signing.map(one -> () -> one);
    TrustRegistry trust = TrustRegistry.of(new TreeMap<>());
    return new NodeNeeds(
        gateway,
        new NeedCanceller(
            () -> TrustState.genesis("test", trust, policy),
            new Signers(codec, () -> 1, List.of())),
        codec,
        new StoredCheck(
            codec, () -> ControlHistory.of(TrustState.genesis("test", gatewayTrust(), policy))),
        asked,
        new MemoryBus(broker, "group", Topics.ofVerbs(), 8),
        tracer,
        () -> full,
        () -> 4_096,
        new SecureRandom(),
        Schedulers.immediate(),
        time);
  }

  private static Submission submission(
      @Nullable String thread, @Nullable String key, String payload) {
    return new Submission(
        Optional.ofNullable(thread),
        Optional.ofNullable(key),
        payload.getBytes(StandardCharsets.UTF_8));
  }

  private Submitted submitted(Submission submission) {
    Mono<Submitted> answer = needs(Optional.of(gateway())).submit(submission).cache();
    answer.subscribe();
    time.advanceTimeBy(Duration.ofSeconds(3));
    return answer.blockOptional(TIMEOUT).orElseThrow();
  }

  private List<MemoryBroker.Stored> sent() {
    return broker.records("swarm.need");
  }

  private int refused(Mono<Submitted> answer) {
    int[] status = new int[1];
    StepVerifier.create(answer)
        .expectErrorSatisfies(error -> status[0] = ((ProblemException) error).response().status())
        .verify(TIMEOUT);
    assertThat(sent()).isEmpty();
    return status[0];
  }

  /** Stores the NEED that was sent last, as the lane of its partition does. */
  private Envelope stored() {
    Envelope need =
        codec.decodeAndVerify(Objects.requireNonNull(sent().get(sent().size() - 1).value()));
    Slot slot = Objects.requireNonNull(Slot.ofNonce(need.nonce()));
    StoredRows.fill(
            store,
            List.of(
                SlotRow.at(need.threadId().text(), slot.key())
                    .id(need.id().text())
                    .need(new NeedId(need.id()), need.threadId())
                    .kind("NEED")
                    .bytes(need.bytes())
                    .build()))
        .block();
    return need;
  }

  @Test
  void signsAndSendsANeedOnceInTheThreadThatWasAskedFor() {
    Submitted first = submitted(submission("mine", "k-1", WORDS));
    assertThat(first.threadId()).isEqualTo(new ThreadId("mine"));
    Envelope need = stored();
    assertThat(need.need()).isEqualTo(first.needId());
    assertThat(need.nonce()).isEqualTo("INTAKE/mine/k-1");

    assertThat(submitted(submission("mine", "k-1", WORDS))).isEqualTo(first);
    assertThat(sent()).hasSize(1);
  }

  @Test
  void aNeedThatWasSentIsNamedAlsoWhenTheStoreIsAwayThen() {
    asked =
        new ForwardingSlotStore(store) {
          @Override
          public Mono<List<SlotRow>> find(Collection<SlotKey> keys) {
            return Mono.defer(
                () ->
                    sent().isEmpty()
                        ? store.find(keys)
                        : Mono.error(new RetryableException("find", new IOException("away"))));
          }
        };
    Submitted answer = submitted(submission("mine", null, WORDS));
    assertThat(sent()).hasSize(1);
    assertThat(answer).isEqualTo(new Submitted(stored().need(), new ThreadId("mine")));
  }

  @Test
  void sendingANeedIsAPartOfItsTrace() {
    List<String> told = new ArrayList<>();
    tracer =
        new Tracer() {
          @Override
          public NeedTrace begin(TracePart part, NeedId needId, ThreadId threadId) {
            told.add(part + " " + threadId + " " + needId);
            return new NeedTrace() {
              @Override
              public OutgoingRecord sending(OutgoingRecord record, @Nullable Verb verb) {
                told.add("sending " + verb);
                return record.with("traceparent", "sender");
              }

              @Override
              public void end() {
                told.add("end");
              }
            };
          }
        };
    Submitted answer = submitted(submission("mine", "k-1", WORDS));
    assertThat(told).containsExactly("SUBMIT mine " + answer.needId(), "sending NEED", "end");
    assertThat(sent().get(0).headers()).containsExactly(Map.entry("traceparent", "sender"));
  }

  @Test
  void withoutAThreadTheKeyFindsTheSameThreadAgain() {
    Submitted first = submitted(submission(null, "k-1", WORDS));
    assertThat(first.threadId().text()).startsWith("http-");
    stored();
    assertThat(submitted(submission(null, "k-1", WORDS))).isEqualTo(first);
    assertThat(submitted(submission(null, "k-2", WORDS)).threadId()).isNotEqualTo(first.threadId());
  }

  @Test
  void withoutAKeyEachRequestIsANeedOfItsOwn() {
    Submitted first = submitted(submission("mine", null, WORDS));
    stored();
    assertThat(submitted(submission("mine", null, WORDS)).needId()).isNotEqualTo(first.needId());
  }

  @Test
  void aKeyThatWasUsedForAnotherPayloadIsAConflict() {
    submitted(submission("mine", "k-1", WORDS));
    stored();
    String other = WORDS.replace("\"a\"", "\"b\"");
    StepVerifier.create(needs(Optional.of(gateway())).submit(submission("mine", "k-1", other)))
        .expectErrorSatisfies(
            error -> assertThat(((ProblemException) error).response().status()).isEqualTo(409))
        .verify(TIMEOUT);
    assertThat(sent()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "no json | 400",
        "[1] | 422",
        "{\"task_type\":7} | 422",
        "{\"task_type\":\"t\",\"input\":1,\"idempotency_key\":\"other\"} | 400"
      })
  void aPayloadThatCannotBeANeedIsRefused(String payload, int status) {
    assertThat(refused(needs(Optional.of(gateway())).submit(submission("t", "k", payload))))
        .isEqualTo(status);
  }

  @Test
  void anInvalidThreadIsRefused() {
    assertThat(refused(needs(Optional.of(gateway())).submit(submission("a b", "k", WORDS))))
        .isEqualTo(400);
  }

  @Test
  void withoutAGatewayNothingIsSigned() {
    assertThat(refused(needs(Optional.empty()).submit(submission("t", "k", WORDS)))).isEqualTo(403);
  }

  @Test
  void nothingIsTakenWhileTooManyAreOpen() {
    full = true;
    StepVerifier.create(needs(Optional.of(gateway())).submit(submission("t", "k", WORDS)))
        .expectErrorSatisfies(
            error -> {
              Response response = ((ProblemException) error).response();
              assertThat(response.status()).isEqualTo(429);
              assertThat(response.headers()).containsEntry("Retry-After", "1");
            })
        .verify(TIMEOUT);
    assertThat(sent()).isEmpty();
  }

  @Test
  void aNeedOfWhichNothingIsStoredIsNotFound() {
    NodeNeeds needs = needs(Optional.of(gateway()));
    assertThat(needs.find(new NeedId("ab".repeat(32))).blockOptional(TIMEOUT)).isEmpty();
    assertThat(needs.hasEnded(new NeedId("ab".repeat(32))).block(TIMEOUT)).isFalse();
  }

  @Test
  void aRowThatHoldsAnotherNeedHasNeitherCancelled() {
    submitted(submission("mine", "k-1", WORDS));
    byte[] other = Objects.requireNonNull(sent().get(0).value());
    NeedId named = new NeedId("ab".repeat(32));
    StoredRows.fill(
            store,
            List.of(
                SlotRow.at("mine", Slot.need(named).key())
                    .id(named.text())
                    .need(named, new ThreadId("mine"))
                    .kind("NEED")
                    .bytes(other)
                    .build()))
        .block();
    assertThat(needs(Optional.of(gateway())).cancel(named, new Cancel(null)).blockOptional(TIMEOUT))
        .isEmpty();
    assertThat(sent()).hasSize(1);
  }

  @Test
  void aNeedIsFoundByItsIdAsSoonAsItIsStored() {
    Submitted first = submitted(submission("mine", "k-1", WORDS));
    stored();
    Optional<Found> found =
        needs(Optional.of(gateway())).find(first.needId()).blockOptional(TIMEOUT);
    assertThat(found).isPresent();
    assertThat(found.orElseThrow().ended()).isFalse();
  }
}
