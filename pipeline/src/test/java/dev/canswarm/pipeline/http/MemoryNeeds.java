package dev.canswarm.pipeline.http;

import dev.canswarm.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Mono;

/** NEEDs without a swarm: they end when the test says so. */
final class MemoryNeeds implements Needs {
  static final int BYTES_MAX = 1_000;

  final Map<String, Found> stored = new ConcurrentHashMap<>();
  final List<Submission> submitted = new ArrayList<>();

  static String id(int number) {
    return "%064x".formatted(number);
  }

  void put(String id, boolean ended) {
    stored.put(
        id,
        new Found(
            ended,
            JsonObject.builder()
                .put("need_id", id)
                .put("thread_id", "t")
                .put("state", ended ? "ended" : "open")
                .put("messages", List.of())
                .build()));
  }

  @Override
  public Mono<Found> find(String needId) {
    return Mono.fromSupplier(() -> stored.get(needId));
  }

  @Override
  public Mono<Boolean> hasEnded(String needId) {
    return find(needId).map(Found::ended).defaultIfEmpty(false);
  }

  @Override
  public Mono<Submitted> submit(Submission submission) {
    return Mono.fromCallable(
        () -> {
          submitted.add(submission);
          String id = id(submitted.size());
          put(id, false);
          return new Submitted(id, submission.thread().orElse("own"));
        });
  }

  @Override
  public int payloadBytesMax() {
    return BYTES_MAX;
  }
}
