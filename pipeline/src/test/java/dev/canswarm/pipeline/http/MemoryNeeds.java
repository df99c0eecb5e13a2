package dev.canswarm.pipeline.http;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.json.JsonObject;
import dev.canswarm.port.RetryableException;
import dev.canswarm.protocol.payload.Cancel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import reactor.core.publisher.Mono;

/** NEEDs without a swarm: they end when the test says so. */
class MemoryNeeds implements Needs {
  static final int BYTES_MAX = 1_000;

  final Map<String, Found> stored = new ConcurrentHashMap<>();
  final List<Submission> submitted = new ArrayList<>();
  final List<String> cancelled = new CopyOnWriteArrayList<>();

  /** Whether so many NEEDs are open that no more are taken. */
  volatile boolean full;

  /** Whether the store goes away once something was sent. */
  volatile boolean leavesOnceSent;

  /** Whether the store is away; and what counts down when it was asked then. */
  volatile boolean away;

  final CountDownLatch askedInVain = new CountDownLatch(1);

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
  public Mono<Found> find(NeedId needId) {
    return Mono.fromCallable(
        () -> {
          if (away) {
            askedInVain.countDown();
            throw new RetryableException("find", new IOException("away"));
          }
          return stored.get(needId.text());
        });
  }

  @Override
  public Mono<Boolean> hasEnded(NeedId needId) {
    return find(needId).map(Found::ended).defaultIfEmpty(false);
  }

  @Override
  public Mono<Submitted> submit(Submission submission) {
    return Mono.fromCallable(
        () -> {
          if (full) {
            throw new ProblemException(Problem.tooManyOpen());
          }
          submitted.add(submission);
          String id = id(submitted.size());
          put(id, false);
          away = leavesOnceSent;
          return new Submitted(new NeedId(id), new ThreadId(submission.thread().orElse("own")));
        });
  }

  @Override
  public Mono<Submitted> cancel(NeedId needId, Cancel cancel) {
    return find(needId)
        .map(
            found -> {
              cancelled.add(needId + " " + cancel.reason());
              away = leavesOnceSent;
              return new Submitted(needId, new ThreadId("t"));
            });
  }

  /** Ends a NEED so. */
  void end(String id, String outcome, String reason) {
    JsonObject.Builder document =
        JsonObject.builder()
            .put("need_id", id)
            .put("thread_id", "t")
            .put("state", "ended")
            .put("outcome", outcome)
            .put("result_hash", "")
            .put("finalize_id", id(99))
            .put("ended_ms", 7)
            .put("messages", List.of());
    if (!reason.isEmpty()) {
      document.put("reason", reason);
    }
    stored.put(id, new Found(true, document.build()));
  }

  @Override
  public int payloadBytesMax() {
    return BYTES_MAX;
  }
}
