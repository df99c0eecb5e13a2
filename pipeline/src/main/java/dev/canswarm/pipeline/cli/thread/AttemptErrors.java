package dev.canswarm.pipeline.cli.thread;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.TaskId;
import dev.canswarm.json.JsonNumber;
import dev.canswarm.pipeline.cli.command.ChainText;
import dev.canswarm.pipeline.cli.kafka.UnverifiedEnvelope;
import dev.canswarm.pipeline.postgres.PostgresSlotStore;
import dev.canswarm.pipeline.reader.CheckedNeed;
import dev.canswarm.pipeline.reader.StoredCheck;
import dev.canswarm.port.AttemptFailure;
import dev.canswarm.port.SlotRow;
import dev.canswarm.protocol.payload.ErrorText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The errors that ended the attempts of one NEED, for people: from its YIELDs and votes, and from
 * the failures that processes stored where no envelope contains them. Every text is in the form of
 * {@link ErrorText}.
 */
public final class AttemptErrors {
  /**
   * The error of one attempt.
   *
   * @param agent public key in base64
   * @param what such as {@code YIELD}, {@code REJECT} or {@code abstained}
   */
  public record Entry(TaskId taskId, int attempt, String agent, String what, String error) {
    /**
     * Returns it in one line.
     *
     * @param nameByKey names of agents by public key
     */
    public String line(Map<String, String> nameByKey) {
      return "task %s, attempt %d, %s %s: %s"
          .formatted(
              ChainText.shortId(taskId.text()),
              attempt,
              nameByKey.getOrDefault(agent, ChainText.shortId(agent)),
              what,
              error);
    }

    /** Returns its members as JSON output has them. */
    public Map<String, Object> members(Map<String, String> nameByKey) {
      Map<String, Object> members = new LinkedHashMap<>();
      members.put("task_id", taskId.text());
      members.put("attempt", attempt);
      members.put("agent", nameByKey.getOrDefault(agent, agent));
      members.put("what", what);
      members.put("error", error);
      return members;
    }
  }

  private AttemptErrors() {}

  /**
   * Returns all that is stored of a NEED: who said nothing, what verified envelopes say, and what
   * processes noted. Blocks.
   *
   * @param wait longest wait for one read
   */
  public static List<Entry> read(
      PostgresSlotStore store, StoredCheck check, Envelope need, Duration wait) {
    List<SlotRow> rows = store.ofNeed(need.need()).blockOptional(wait).orElse(List.of());
    StoredCheck known = check.withArchived(rows, store).blockOptional(wait).orElse(check);
    CheckedNeed checked = known.of(need.need(), need.threadId(), rows);
    List<Entry> said = said(checked, rows);
    // Where only the last ones are shown, errors matter more than silence.
    List<Entry> all = new ArrayList<>(Lapses.of(checked));
    all.addAll(said);
    all.addAll(noted(store, need.need(), wait, said));
    return all;
  }

  /** Returns what the verified ones among these rows say. */
  static List<Entry> said(CheckedNeed checked, List<SlotRow> rows) {
    List<Entry> said = new ArrayList<>();
    for (SlotRow row : rows) {
      if (checked.holds(new EnvelopeId(row.id())) && checked.problem(row).isEmpty()) {
        UnverifiedEnvelope.of(row.bytes()).flatMap(AttemptErrors::said).ifPresent(said::add);
      }
    }
    return said;
  }

  /** Returns the failures that processes have stored and no envelope of {@code said} contains. */
  static List<Entry> noted(
      PostgresSlotStore store, NeedId needId, Duration wait, List<Entry> said) {
    Set<String> known = new HashSet<>();
    said.forEach(entry -> known.add(key(entry)));
    return store.failures().of(needId).blockOptional(wait).orElse(List.of()).stream()
        .map(AttemptErrors::noted)
        .filter(entry -> !known.contains(key(entry)))
        .toList();
  }

  private static String key(Entry entry) {
    return entry.taskId().text()
        + ' '
        + entry.attempt()
        + ' '
        + entry.agent()
        + ' '
        + entry.error();
  }

  private static Entry noted(AttemptFailure failure) {
    String what =
        switch (failure.kind()) {
          case FAILED -> "failed";
          case ABSTAINED -> "abstained";
          case RETRIED -> "tries again";
        };
    return new Entry(
        failure.taskId(), failure.attempt(), failure.agent(), what, ErrorText.of(failure.error()));
  }

  /** Returns the error in an envelope, if it is a YIELD or a vote on work with an error. */
  static Optional<Entry> said(UnverifiedEnvelope envelope) {
    String error = envelope.text("error");
    if (error.isEmpty()) {
      return Optional.empty();
    }
    String what =
        switch (envelope.verb()) {
          case YIELD -> "YIELD";
          case ATTEST -> envelope.text("verdict");
          case NEED, PROPOSE, CLAIM, COMMIT, DECIDE, FINALIZE, RELEASE, CANCEL, CONTROL -> "";
        };
    return what.isEmpty() || !(envelope.payload().get("attempt") instanceof JsonNumber attempt)
        ? Optional.empty()
        : Optional.of(
            new Entry(
                new TaskId(envelope.text("task_id")),
                (int) attempt.value(),
                envelope.sender(),
                what,
                ErrorText.of(error)));
  }
}
