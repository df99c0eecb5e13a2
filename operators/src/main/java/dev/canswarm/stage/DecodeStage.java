package dev.canswarm.stage;

import dev.canswarm.envelope.Reason;
import dev.canswarm.envelope.RecordPosition;
import dev.canswarm.port.Delivery;
import dev.canswarm.stage.trace.Tracer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Turns bytes into envelopes: parses, hashes, verifies signatures and checks the policy. The result
 * depends on the record alone, so the cores share the records of one batch, and the next batches
 * are decoded while the lanes work. The order of records is kept.
 */
final class DecodeStage {
  /** Records that one core takes at a time: a few signature checks cost more than the hand-over. */
  private static final int CHUNK_RECORDS = 8;

  private final RecordDecoder decoder;
  private final Scheduler scheduler;
  private final int concurrency;
  private final Tracer tracer;
  private final RetryPolicy retry;

  /**
   * @param concurrency chunks, and batches, decoded side by side
   * @param retry while the gateway cannot sign: nothing overtakes a record that waits for it
   */
  DecodeStage(
      RecordDecoder decoder,
      Scheduler scheduler,
      int concurrency,
      Tracer tracer,
      RetryPolicy retry) {
    this.decoder = decoder;
    this.scheduler = scheduler;
    this.concurrency = concurrency;
    this.tracer = tracer;
    this.retry = retry;
  }

  /** Returns the decoded records in order; a record that is refused carries its reason. */
  Flux<Input> apply(Flux<List<Delivery>> batches) {
    return batches
        .flatMapSequential(this::refreshed, concurrency, 1)
        .flatMapIterable(decoded -> decoded)
        .name("decode")
        .checkpoint("decode");
  }

  private Mono<List<Input>> refreshed(List<Delivery> batch) {
    return Mono.defer(
        () -> {
          long known = decoder.version();
          return decode(batch).flatMap(decoded -> refreshed(decoded, known));
        });
  }

  /**
   * Decodes again the records that were refused because their key or policy is unknown here, if the
   * control chain has new entries, or the archive has the policy: the sender may have read them
   * before this process. Compares with the version at the start of decoding, since another thread
   * may have loaded them meanwhile.
   */
  private Mono<List<Input>> refreshed(List<Input> decoded, long known) {
    if (decoded.stream().noneMatch(DecodeStage::dependsOnTheChain)) {
      return Mono.just(decoded);
    }
    return Mono.defer(() -> decoder.catchUp(lackedPolicies(decoded)))
        .retryWhen(retry.outages())
        .then(Mono.just(decoded))
        .publishOn(scheduler)
        .map(
            before ->
                decoder.version() == known ? before : before.stream().map(this::again).toList());
  }

  private static Set<String> lackedPolicies(List<Input> decoded) {
    Set<String> lacked = new TreeSet<>();
    for (Input input : decoded) {
      if (input instanceof Input.Arrival arrival
          && arrival.decoded() instanceof Decoded.Refused refused
          && refused.lackedPolicy() != null) {
        lacked.add(refused.lackedPolicy());
      }
    }
    return lacked;
  }

  private Input again(Input input) {
    return input instanceof Input.Arrival arrival && dependsOnTheChain(input)
        ? decode(arrival.delivery())
        : input;
  }

  private static boolean dependsOnTheChain(Input input) {
    if (!(input instanceof Input.Arrival arrival)) {
      return false;
    }
    if (arrival.decoded() instanceof Decoded.Refused refused) {
      return refused.reason() == Reason.SENDER_NOT_AUTHORISED
          || refused.reason() == Reason.POLICY_MISMATCH;
    }
    return arrival.decoded() instanceof Decoded.Valid valid && valid.envelope().verb().isOfNoNeed();
  }

  private Mono<List<Input>> decode(List<Delivery> batch) {
    if (batch.size() <= CHUNK_RECORDS) {
      return chunk(batch);
    }
    return Flux.range(0, (batch.size() + CHUNK_RECORDS - 1) / CHUNK_RECORDS)
        .map(
            index ->
                batch.subList(
                    index * CHUNK_RECORDS, Math.min((index + 1) * CHUNK_RECORDS, batch.size())))
        .flatMapSequential(this::chunk, concurrency, 1)
        .collectList()
        .map(
            chunks -> {
              List<Input> all = new ArrayList<>(batch.size());
              chunks.forEach(all::addAll);
              return all;
            });
  }

  private Mono<List<Input>> chunk(List<Delivery> records) {
    return Mono.fromCallable(
            () -> {
              List<Input> decoded = new ArrayList<>(records.size());
              records.forEach(record -> decoded.add(decode(record)));
              return decoded;
            })
        .subscribeOn(scheduler)
        .retryWhen(retry.outages());
  }

  private Input decode(Delivery delivery) {
    RecordPosition source =
        new RecordPosition(
            delivery.cluster(), delivery.topic(), delivery.partition(), delivery.offset());
    long begunNanos = tracer.nowNanos();
    Decoded decoded = decoder.decode(delivery);
    return new Input.Arrival(delivery, source, decoded, begunNanos, tracer.nowNanos());
  }
}
