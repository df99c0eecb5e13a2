package dev.canswarm.pipeline.wiring;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.JsonValue;
import dev.canswarm.pipeline.http.Needs;
import dev.canswarm.pipeline.http.Problem;
import dev.canswarm.pipeline.http.ProblemException;
import dev.canswarm.pipeline.http.Response;
import dev.canswarm.pipeline.reader.StoredCheck;
import dev.canswarm.port.Bus;
import dev.canswarm.port.OutgoingRecord;
import dev.canswarm.port.RetryableException;
import dev.canswarm.port.SlotStore;
import dev.canswarm.protocol.Idempotency;
import dev.canswarm.protocol.Slot;
import dev.canswarm.protocol.payload.Cancel;
import dev.canswarm.stage.Gateway;
import dev.canswarm.stage.trace.NeedTrace;
import dev.canswarm.stage.trace.TracePart;
import dev.canswarm.stage.trace.Tracer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * NEEDs over HTTP. This process's gateway signs a payload as it signs one from the intake topic,
 * and sends it on the NEED topic to the processes that have the thread's partition. A repetition
 * with the same idempotency key and payload is the same NEED. Thread-safe; never blocks.
 */
final class NodeNeeds implements Needs {
  /**
   * Longest time that an answer waits for the NEED to be stored, so that the next query finds it.
   */
  private static final Duration STORED_MAX = Duration.ofSeconds(2);

  private static final Duration POLL = Duration.ofMillis(25);
  private static final int KEY_BYTES = 16;
  private static final int THREAD_HASH_CHARS = 24;
  private static final String KEY = "idempotency_key";
  private static final String OWN_THREAD = "http-";

  private final Optional<Supplier<Gateway>> gateway;
  private final NeedCanceller canceller;
  private final EnvelopeCodec codec;
  private final StoredCheck check;
  private final SlotStore store;
  private final Bus bus;
  private final Tracer tracer;
  private final BooleanSupplier isFull;
  private final IntSupplier payloadBytesMax;
  private final Scheduler compute;
  private final Scheduler timer;
  private final Supplier<byte[]> randomKey;

  /**
   * @param gateway empty if this process signs nothing from outside
   * @param check of what is shown
   * @param isFull whether so many NEEDs are open that no more are accepted
   * @param payloadBytesMax of the policy that new NEEDs name
   * @param compute parses, signs and verifies
   */
  NodeNeeds(
      Optional<Supplier<Gateway>> gateway,
      NeedCanceller canceller,
      EnvelopeCodec codec,
      StoredCheck check,
      SlotStore store,
      Bus bus,
      Tracer tracer,
      BooleanSupplier isFull,
      IntSupplier payloadBytesMax,
      SecureRandom random,
      Scheduler compute,
      Scheduler timer) {
    this.gateway = gateway;
    this.canceller = canceller;
    this.codec = codec;
    this.check = check;
    this.store = store;
    this.bus = bus;
    this.tracer = tracer;
    this.isFull = isFull;
    this.payloadBytesMax = payloadBytesMax;
    this.compute = compute;
    this.timer = timer;
    this.randomKey =
        () -> {
          byte[] key = new byte[KEY_BYTES];
          random.nextBytes(key);
          return key;
        };
  }

  @Override
  public int payloadBytesMax() {
    return payloadBytesMax.getAsInt();
  }

  @Override
  public Mono<Found> find(NeedId needId) {
    return store
        .ofNeed(needId)
        .filter(rows -> !rows.isEmpty())
        .flatMap(
            rows ->
                check
                    .withArchived(rows, store)
                    .publishOn(compute)
                    .map(known -> NeedDocument.of(needId, rows, known)));
  }

  @Override
  public Mono<Submitted> cancel(NeedId needId, Cancel cancel) {
    return store
        .needs(List.of(needId))
        .flatMapIterable(rows -> rows)
        .next()
        .publishOn(compute)
        .map(row -> codec.decodeAndVerify(row.bytes()))
        // A row that holds another NEED must not have that one cancelled.
        .filter(need -> need.verb() == Verb.NEED && need.need().equals(needId))
        .map(need -> canceller.sign(need, cancel))
        .flatMap(
            signed ->
                send(TracePart.CANCEL, signed)
                    .thenReturn(new Submitted(needId, signed.threadId())));
  }

  @Override
  public Mono<Boolean> hasEnded(NeedId needId) {
    return store.find(needId.text(), Slot.FINALIZE.key()).hasElement();
  }

  @Override
  public Mono<Submitted> submit(Submission submission) {
    return Mono.fromCallable(() -> signed(submission)).subscribeOn(compute).flatMap(this::sendOnce);
  }

  private Envelope signed(Submission submission) {
    Supplier<Gateway> signer =
        gateway.orElseThrow(
            () ->
                new ProblemException(
                    Problem.of(
                        403,
                        "INTAKE_CLOSED",
                        "Forbidden",
                        "this process signs no NEEDs from outside: it has no gateway, or"
                            + " intake.enabled is off")));
    if (isFull.getAsBoolean()) {
      throw new ProblemException(Problem.tooManyOpen());
    }
    try {
      JsonObject payload = payload(submission);
      return signer.get().sign(thread(submission, payload), CanonicalJson.write(payload));
    } catch (RefusedException e) {
      throw new ProblemException(problem(e));
    }
  }

  private static Response problem(RefusedException refused) {
    String code = refused.reason().name();
    return switch (refused.reason()) {
      case TOO_LARGE -> Problem.of(413, code, "Content Too Large", refused.detail());
      case MALFORMED_JSON -> Problem.badRequest(code, refused.detail());
      default -> Problem.of(422, code, "Unprocessable Content", refused.detail());
    };
  }

  /** Returns the payload with an idempotency key: the header's, its own, or a random one. */
  private JsonObject payload(Submission submission) {
    JsonObject payload = Gateway.payload(submission.payload(), payloadBytesMax());
    JsonString own = payload.get(KEY) instanceof JsonString text ? text : null;
    Optional<String> header = submission.idempotencyKey();
    if (own != null && header.filter(key -> !key.equals(own.value())).isPresent()) {
      throw new ProblemException(
          Problem.badRequest(
              "TWO_KEYS", "Idempotency-Key and the payload's idempotency_key differ"));
    }
    TreeMap<String, JsonValue> members = new TreeMap<>(payload.members());
    if (payload.get(KEY) == null) {
      members.put(
          KEY, new JsonString(header.orElseGet(() -> HexFormat.of().formatHex(randomKey.get()))));
    }
    return JsonObject.of(members);
  }

  /**
   * Returns the thread, by default one made from the key: a repetition must find the first NEED.
   */
  private static ThreadId thread(Submission submission, JsonObject payload) {
    String text =
        submission
            .thread()
            .orElseGet(
                () ->
                    OWN_THREAD
                        + Sha256.hex(CanonicalJson.write(Objects.requireNonNull(payload.get(KEY))))
                            .substring(0, THREAD_HASH_CHARS));
    return ThreadId.parse(text)
        .orElseThrow(
            () ->
                new ProblemException(
                    Problem.badRequest("BAD_THREAD_ID", "expected a thread of " + ThreadId.FORM)));
  }

  private Mono<Submitted> sendOnce(Envelope need) {
    return held(need)
        .switchIfEmpty(
            Mono.defer(
                () ->
                    send(TracePart.SUBMIT, need)
                        .then(
                            held(need)
                                .repeatWhenEmpty(tries -> tries.delayElements(POLL, timer))
                                .timeout(STORED_MAX, Mono.just(submitted(need)), timer)
                                // An error would let the client send a second NEED.
                                .onErrorReturn(RetryableException.class, submitted(need)))));
  }

  /**
   * Returns the NEED in the slot, if any: this one, or an earlier one with the same key and
   * payload.
   */
  private Mono<Submitted> held(Envelope need) {
    Slot slot = Slot.ofNonce(need.nonce());
    if (slot == null) {
      return Mono.error(new IllegalStateException("a gateway's NEED without an intake slot"));
    }
    return store
        .find(need.threadId().text(), slot.key())
        .publishOn(compute)
        .map(
            row -> {
              Envelope stored = codec.decodeAndVerify(row.bytes());
              if (Idempotency.conflicts(need, stored)) {
                RefusedException refusal = Idempotency.refusal(stored);
                throw new ProblemException(
                    Problem.of(409, refusal.reason().name(), "Conflict", refusal.detail()));
              }
              return submitted(stored);
            });
  }

  private static Submitted submitted(Envelope need) {
    return new Submitted(need.need(), need.threadId());
  }

  /** Sends a NEED or a CANCEL, as a part of the NEED's trace. */
  private Mono<Void> send(TracePart part, Envelope signed) {
    NeedTrace trace = tracer.begin(part, signed.need(), signed.threadId());
    OutgoingRecord record =
        new OutgoingRecord(
            signed.verb().topic(),
            signed.threadId().text().getBytes(StandardCharsets.UTF_8),
            signed.bytes(),
            new TreeMap<>());
    return bus.send(trace.sending(record, signed.verb())).doFinally(signal -> trace.end());
  }
}
