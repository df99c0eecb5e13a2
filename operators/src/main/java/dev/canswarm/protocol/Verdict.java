package dev.canswarm.protocol;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.json.CanonicalJson;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.ObjectReader;
import dev.canswarm.json.StrictJson;
import dev.canswarm.plan.PlanOp;
import dev.canswarm.plan.TaskProgress;
import dev.canswarm.plan.TaskState;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * The result of the votes on one attempt. It is written once. Everything later derives from it and
 * never from votes, so a late vote changes nothing.
 *
 * @param verified accepted, or else rejected
 * @param counted ids of the ATTESTs that were counted, sorted
 * @param control id of the entry of the control chain under whose head they were counted; empty
 *     before the first one
 */
public record Verdict(
    TaskId taskId,
    int attempt,
    boolean verified,
    List<EnvelopeId> counted,
    Cause cause,
    EnvelopeId control) {
  /** A verdict of a swarm whose control chain has no entry. */
  public Verdict(
      TaskId taskId, int attempt, boolean verified, List<EnvelopeId> counted, Cause cause) {
    this(taskId, attempt, verified, counted, cause, EnvelopeId.NONE);
  }

  /** The event that closed the vote. */
  public enum Cause {
    VOTES,
    SILENCE
  }

  public Verdict {
    counted = counted.stream().sorted().distinct().toList();
  }

  /** The slot it fills. */
  public Slot slot() {
    return Slot.verdict(taskId, attempt);
  }

  /** The plan operations that follow. */
  public List<PlanOp> ops() {
    TaskState state = verified ? TaskState.VERIFIED : TaskState.REJECTED;
    return List.of(PlanOp.state(taskId, new TaskProgress(attempt, state)));
  }

  /** The row's bytes: canonical JSON. */
  public byte[] toBytes() {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("task_id", taskId.text())
            .put("attempt", attempt)
            .put("verdict", verified ? "VERIFIED" : "REJECTED")
            .put("counted", EnvelopeId.texts(counted))
            .put("cause", cause.name());
    if (!control.isNone()) {
      json.put("control", control.text());
    }
    return CanonicalJson.write(json.build());
  }

  /** Returns the id of the verdict's row, a hash of its content: a verdict is not an envelope. */
  public String id() {
    return Sha256.hexTagged("can-swarm/verdict/v1", toBytes());
  }

  /**
   * Reads what {@link #toBytes} wrote.
   *
   * @throws RuntimeException for anything else: the store is damaged
   */
  public static Verdict parse(byte[] bytes) {
    ObjectReader reader = new ObjectReader(StrictJson.parseObject(bytes), "verdict");
    Verdict verdict =
        new Verdict(
            new TaskId(reader.requiredString("task_id")),
            (int) reader.requiredSafeInteger("attempt", 1, Integer.MAX_VALUE),
            reader.requiredString("verdict").equals("VERIFIED"),
            EnvelopeId.ofTexts(reader.requiredStringList("counted")),
            Cause.valueOf(reader.requiredString("cause")),
            reader.has("control")
                ? new EnvelopeId(reader.requiredString("control"))
                : EnvelopeId.NONE);
    reader.noOthers();
    return verdict;
  }

  @Override
  public String toString() {
    return new String(toBytes(), StandardCharsets.UTF_8);
  }
}
