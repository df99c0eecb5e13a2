package dev.canswarm.pipeline.redis;

import dev.canswarm.json.JsonNumber;
import dev.canswarm.port.DecisionGate;
import dev.canswarm.port.DecisionRecord;
import dev.canswarm.port.GateAnswer;
import dev.canswarm.port.RetryableException;
import io.lettuce.core.resource.ClientResources;
import reactor.core.publisher.Mono;

/**
 * The decision gate in Redis: a hash per NEED under {@code decide:{need_id}}, the braces included,
 * so that a cluster keeps all about a NEED in one place. Two Lua scripts, each atomic, ask and
 * settle.
 *
 * <p>The fence of a NEED is the highest epoch that was admitted, refused or settled for it. A lower
 * epoch is fenced whatever it proposes, the stored proposal included: a later decider has taken
 * over, and works from the slot. The fence never falls as long as Redis remembers.
 *
 * <p>Keys never expire. A decision is for ever, and a gate that forgot one would admit another
 * proposal, which then costs a lost race for the slot at every redelivery.
 *
 * <p>While Redis is away calls fail as retryable, at once or within the timeout; nothing is queued
 * for it. A call that timed out may have been carried out all the same; asking again is harmless.
 * Answers arrive on the client's event loop.
 */
public final class RedisDecisionGate implements DecisionGate {
  private final RedisLink link;
  private final Mono<Void> afterClose;
  private final Script propose = Script.resource("propose.lua");
  private final Script settle = Script.resource("settle.lua");

  /** Connects on demand: making a gate touches no server. */
  public RedisDecisionGate(RedisSettings settings) {
    this(settings, RedisLink.newResources(), true);
  }

  /** For many gates in one process: all use the same threads, which the caller shuts down. */
  RedisDecisionGate(RedisSettings settings, ClientResources shared) {
    this(settings, shared, false);
  }

  private RedisDecisionGate(
      RedisSettings settings, ClientResources resources, boolean ownsResources) {
    link = new RedisLink(settings, resources);
    afterClose = ownsResources ? RedisLink.shutDown(resources) : Mono.empty();
  }

  @Override
  public Mono<GateAnswer> propose(DecisionRecord candidate) {
    return run("propose to Redis", propose, candidate).map(RedisDecisionGate::answer);
  }

  @Override
  public Mono<Void> settle(DecisionRecord fromSlot) {
    return run("settle on Redis", settle, fromSlot).then();
  }

  private Mono<String> run(String where, Script script, DecisionRecord record) {
    if (record.epoch() < 0 || record.epoch() > JsonNumber.SAFE_INTEGER_MAX) {
      return Mono.error(
          new IllegalArgumentException(
              "expected an epoch from 0 to 2^53 - 1, which Lua compares exactly, got "
                  + record.epoch()));
    }
    return link.run(
            redis ->
                script.run(
                    redis,
                    key(record.needId()),
                    record.proposalId(),
                    Long.toString(record.epoch()),
                    RecordJson.write(record)))
        .onErrorMap(error -> RedisErrors.translate(where, error));
  }

  static String key(String needId) {
    return "decide:{" + needId + "}";
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

  /** A record that somebody else spoilt is as good as none: settling from the slot mends it. */
  private static DecisionRecord stored(String json) {
    try {
      return RecordJson.read(json);
    } catch (IllegalArgumentException e) {
      throw new RetryableException("a spoilt record in Redis", e);
    }
  }

  /** Closes the connection; calls that are under way fail as retryable. */
  public Mono<Void> closeLater() {
    return link.closeLater().then(afterClose);
  }
}
