package dev.canswarm.pipeline.telemetry;

import dev.canswarm.envelope.Verb;
import dev.canswarm.json.JsonException;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.ShapeException;
import dev.canswarm.json.StrictJson;
import dev.canswarm.port.SlotRow;
import dev.canswarm.port.StoreOutcome;
import dev.canswarm.port.TurnWrite;
import dev.canswarm.protocol.Verdict;
import dev.canswarm.protocol.payload.Attest;
import dev.canswarm.protocol.payload.ErrorText;
import dev.canswarm.protocol.payload.Release;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line, at warn, for whatever ends an attempt by a message or a verdict: a vote that rejects, a
 * grant that ran out, verifiers that are silent. Only the process that stored it first logs it.
 * What a task itself fails of is logged where it runs.
 */
final class AttemptLog {
  private static final Logger LOG = LoggerFactory.getLogger(AttemptLog.class);

  private AttemptLog() {}

  /**
   * Logs what a turn stored.
   *
   * @param outcomes of the turn's candidates, in their order; null where there are none
   */
  static void ofTurn(TurnWrite write, @Nullable List<StoreOutcome> outcomes) {
    if (outcomes == null) {
      return;
    }
    for (int i = 0; i < outcomes.size(); i++) {
      if (outcomes.get(i) instanceof StoreOutcome.Inserted) {
        SlotRow row = write.candidates().get(i).row();
        line(row)
            .ifPresent(
                line ->
                    LOG.atWarn()
                        .addKeyValue("need", String.valueOf(row.needId()))
                        .addKeyValue("thread", row.threadId().text())
                        .log(line));
      }
    }
  }

  /**
   * Most rows end no attempt, so a row is parsed only if it contains the words of one that does.
   */
  private static Optional<String> line(SlotRow row) {
    try {
      if (row.kind().equals(Verb.ATTEST.name()) && has(row, "\"verdict\":\"REJECT\"")) {
        return rejected(row, Attest.parse(payload(row)));
      }
      if (row.kind().equals(Verb.RELEASE.name()) && has(row, "\"cause\":\"EXPIRED\"")) {
        return ranOut(row, Release.parse(payload(row)));
      }
      if (row.kind().equals(SlotRow.VERDICT) && has(row, "\"cause\":\"SILENCE\"")) {
        return silent(row, Verdict.parse(row.bytes()));
      }
      return Optional.empty();
    } catch (JsonException | ShapeException noMessage) {
      return Optional.empty();
    }
  }

  private static boolean has(SlotRow row, String words) {
    return new String(row.bytes(), StandardCharsets.ISO_8859_1).contains(words);
  }

  private static JsonObject payload(SlotRow row) {
    return StrictJson.parseObject(row.bytes()).get("payload") instanceof JsonObject payload
        ? payload
        : JsonObject.builder().build();
  }

  /** A vote on a plan ends no attempt. */
  private static Optional<String> rejected(SlotRow row, Attest vote) {
    Attest.Work work = vote.work();
    return work == null || vote.accept()
        ? Optional.empty()
        : Optional.of(
            "verifier rejects need=%s task=%s attempt=%d agent=%s: %s"
                .formatted(
                    row.needId(),
                    work.taskId(),
                    work.attempt(),
                    row.sender(),
                    ErrorText.of(vote.error() == null ? "" : vote.error())));
  }

  /** A RELEASE after an expiry fills two slots, the first of which is the end of the grant. */
  private static Optional<String> ranOut(SlotRow row, Release release) {
    return row.slot().startsWith("END/")
        ? Optional.of(
            "grant ran out need=%s task=%s attempt=%d token=%d: neither COMMIT nor YIELD came within lease_ms"
                .formatted(row.needId(), release.taskId(), release.attempt(), release.token() - 1))
        : Optional.empty();
  }

  private static Optional<String> silent(SlotRow row, Verdict verdict) {
    return Optional.of(
        "verifiers are silent need=%s task=%s attempt=%d: %d votes came within verify_ms, which decide nothing"
            .formatted(
                row.needId(), verdict.taskId(), verdict.attempt(), verdict.counted().size()));
  }
}
