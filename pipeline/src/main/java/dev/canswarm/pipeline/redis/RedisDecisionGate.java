package dev.canswarm.pipeline.redis;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.port.DecisionGate;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.port.GateAnswer;
import dev.canswarm.port.RetryableException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.resource.ClientResources;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The decision gate in Redis: one hash per NEED under {@code decide:{need_id}}. The braces make it
 * a hash tag, so that a cluster keeps all keys of a NEED in one slot. Two atomic Lua scripts
 * propose and settle.
 *
 * <p>The fence of a NEED is the highest epoch that was admitted, refused or settled for it. A lower
 * epoch is fenced even if it proposes the stored proposal: a later decider has taken over and
 * continues from the slot. The fence never decreases while Redis keeps its data.
 *
 * <p>Keys never expire, since a decision is final. A gate that forgot a decision would admit
 * another proposal, which would then lose the race for the slot at every redelivery.
 *
 * <p>While Redis is unavailable, calls fail as retryable, immediately or within the timeout; they
 * are not queued. A call that timed out may still have been executed; repeating it is harmless.
 * Results arrive on the client's event loop. Thread-safe.
 */
public final class RedisDecisionGate implements DecisionGate {
  private final SharedConnection connection;
  private final Mono<Void> afterClose;
  private final Script propose = Script.resource("propose.lua");
  private final Script settle = Script.resource("settle.lua");

  /** Creates a gate that connects on first use; this does not contact the server. */
  public RedisDecisionGate(RedisClientSettings settings) {
    this(settings, SharedConnection.newResources(), true);
  }

  /** Creates one of several gates in a process that share threads. The caller shuts those down. */
  RedisDecisionGate(RedisClientSettings settings, ClientResources shared) {
    this(settings, shared, false);
  }

  private RedisDecisionGate(
      RedisClientSettings settings, ClientResources resources, boolean ownsResources) {
    connection = new SharedConnection(settings, resources);
    afterClose = ownsResources ? SharedConnection.shutDown(resources) : Mono.empty();
  }

  /**
   * {@inheritDoc}
   *
   * <p>Commands are pipelined, 512 at a time.
   */
  @Override
  public Mono<List<GateAnswer>> propose(List<DecisionRecord> candidates) {
    return runAll("propose to Redis", propose, candidates)
        .map(replies -> replies.stream().map(RedisDecisionGate::answer).toList());
  }

  /**
   * {@inheritDoc}
   *
   * <p>Commands are pipelined, 512 at a time.
   */
  @Override
  public Mono<Void> settle(List<DecisionRecord> fromSlots) {
    return runAll("settle on Redis", settle, fromSlots).then();
  }

  /** Completes when the server answers, even if it only says that it must not answer. */
  public Mono<Void> ping() {
    return connection
        .pipeline(1, () -> List.of(SharedConnection.ping()))
        .flatMap(answered -> Mono.fromFuture(answered.get(0)))
        .onErrorResume(RedisErrors::isDenied, denied -> Mono.just(""))
        .onErrorMap(error -> RedisErrors.translate("ping Redis", error))
        .then();
  }

  private Mono<List<String>> runAll(String where, Script script, List<DecisionRecord> records) {
    for (DecisionRecord record : records) {
      if (isBeyondLua(record.epoch())) {
        return Mono.error(() -> beyondLua(record.epoch()));
      }
    }
    return Flux.fromIterable(records)
        .buffer(connection.pipelineMax())
        .concatMap(some -> pipelined(script, some))
        .collectList()
        .map(passes -> passes.stream().flatMap(List::stream).toList())
        .onErrorMap(error -> RedisErrors.translate(where, error));
  }

  /** Runs one pipeline, and another one with the script's text if the server does not know it. */
  private Mono<List<String>> pipelined(Script script, List<DecisionRecord> records) {
    return pass(records, script::command)
        .map(RedisDecisionGate::replies)
        .onErrorResume(
            RedisNoScriptException.class,
            unknown -> pass(records, script::commandWithText).map(RedisDecisionGate::replies));
  }

  private Mono<List<AsyncCommand<String, String, String>>> pass(
      List<DecisionRecord> records, Script.Form form) {
    return connection.pipeline(
        records.size(),
        () ->
            records.stream()
                .map(
                    record ->
                        form.command(
                            key(record.needId()),
                            record.proposalId().text(),
                            Long.toString(record.epoch()),
                            RecordJson.write(record)))
                .toList());
  }

  /**
   * Returns the replies to the commands of a pass, which are complete: nothing here waits for one.
   * One failed command fails the pass: all of its commands may be repeated.
   */
  private static List<String> replies(List<AsyncCommand<String, String, String>> answered) {
    List<String> replies = new ArrayList<>(answered.size());
    for (AsyncCommand<String, String, String> command : answered) {
      try {
        String reply = command.getNow(null);
        if (reply == null) {
          throw new IllegalStateException("expected a reply, got none yet, or nil");
        }
        replies.add(reply);
      } catch (CompletionException e) {
        throw e.getCause() instanceof RuntimeException failure ? failure : e;
      }
    }
    return replies;
  }

  private static boolean isBeyondLua(long epoch) {
    return epoch < 0 || epoch > JsonNumber.SAFE_INTEGER_MAX;
  }

  private static IllegalArgumentException beyondLua(long epoch) {
    return new IllegalArgumentException(
        "expected an epoch from 0 to 2^53 - 1, which Lua compares exactly, got " + epoch);
  }

  static String key(NeedId needId) {
    return "decide:{" + needId.text() + "}";
  }

  private static GateAnswer answer(String reply) {
    String rest = reply.substring(1);
    return switch (reply.charAt(0)) {
      case 'A' -> new GateAnswer.Admitted(stored(rest));
      case 'R' -> new GateAnswer.Refused(stored(rest));
      case 'F' -> new GateAnswer.Fenced(Long.parseLong(rest));
      default -> throw new IllegalStateException("expected A, R or F first, got " + reply);
    };
  }

  /**
   * Parses a stored record. A corrupt one fails as retryable, since settling from the slot repairs
   * it.
   */
  private static DecisionRecord stored(String json) {
    try {
      return RecordJson.read(json);
    } catch (IllegalArgumentException e) {
      throw new RetryableException("a corrupt record in Redis", e);
    }
  }

  /** Closes the connection. Calls in progress fail as retryable. */
  public Mono<Void> closeLater() {
    return connection.closeLater().then(afterClose);
  }
}
