package dev.canswarm.replay;

import dev.canswarm.control.ControlChain;
import dev.canswarm.control.ControlHistory;
import dev.canswarm.control.TrustState;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.Verb;
import dev.canswarm.json.ShapeException;
import dev.canswarm.protocol.payload.Control;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The control chain, folded again from the records of its entries.
 *
 * @param history as far as the records hold it
 * @param check whether every entry follows from the one before it
 */
public record ControlReplay(ControlHistory history, Check check) {

  /** A record of an entry. */
  private record Recorded(Envelope envelope, Control control, String where, boolean isTaken) {}

  /**
   * Folds the chain; the order of the records, and how often each is repeated, change nothing.
   *
   * @param genesis what is in force before the first entry
   * @param records of entries, also of some that took no effect
   */
  public static ControlReplay of(
      TrustState genesis, Collection<ReplayRecord> records, EnvelopeCodec codec) {
    Findings findings = new Findings();
    TreeMap<Long, List<Recorded>> byNumber = new TreeMap<>();
    for (ReplayRecord record : records) {
      Recorded read = read(record, codec, findings);
      if (read != null) {
        byNumber.computeIfAbsent(read.control().number(), fresh -> new ArrayList<>()).add(read);
      }
    }
    ControlHistory history = ControlHistory.of(genesis);
    List<Recorded> next = byNumber.remove(1L);
    while (next != null) {
      ControlHistory longer = with(history, next, codec, findings);
      if (longer == history) {
        break;
      }
      history = longer;
      next = byNumber.remove(history.head().number() + 1);
    }
    if (!byNumber.isEmpty()) {
      missing(history, byNumber, findings);
    }
    return new ControlReplay(
        history,
        findings.as(CheckName.CONTROL, history.entries().size() + " entries, each by its admins"));
  }

  /** Entries that were refused or lost their slot are of no number that is missing. */
  private static void missing(
      ControlHistory history, TreeMap<Long, List<Recorded>> left, Findings findings) {
    long expected = history.head().number() + 1;
    left.forEach(
        (number, entries) -> {
          if (number > expected && entries.stream().anyMatch(Recorded::isTaken)) {
            findings.missing("entry %d, before entry %d".formatted(expected, number));
          }
        });
  }

  private static @Nullable Recorded read(
      ReplayRecord record, EnvelopeCodec codec, Findings findings) {
    try {
      Envelope envelope = codec.decodeAndVerify(record.bytes());
      return envelope.verb() == Verb.CONTROL
          ? new Recorded(
              envelope, Control.parse(envelope.payload()), record.where(), record.isTaken())
          : null;
    } catch (RefusedException | ShapeException e) {
      if (record.isTaken()) {
        findings.fail(record.where(), "no control entry: " + e.getMessage());
      }
      return null;
    }
  }

  /** Returns the history with the one of these that fits; the same one if none does. */
  private static ControlHistory with(
      ControlHistory history, List<Recorded> candidates, EnvelopeCodec codec, Findings findings) {
    List<Recorded> ordered = new ArrayList<>(candidates);
    ordered.sort(
        Comparator.comparing((Recorded one) -> !one.isTaken()).thenComparing(Recorded::where));
    ControlHistory found = history;
    for (Recorded one : ordered) {
      if (found != history) {
        boolean isSame = found.head().headId().equals(one.envelope().id());
        if (!isSame && one.isTaken()) {
          findings.fail(
              one.where(), "a second entry " + one.control().number() + ", " + one.envelope());
        }
        continue;
      }
      try {
        TrustState state =
            ControlChain.apply(history.head(), one.envelope(), one.control(), codec.engine());
        found = history.with(one.envelope(), one.control(), state);
      } catch (RefusedException e) {
        if (one.isTaken()) {
          findings.fail(one.where(), one.envelope() + ": " + e.reason() + ": " + e.detail());
        }
      }
    }
    return found;
  }

  /** A report of the chain, as of a NEED. */
  public ReplayReport report() {
    return new ReplayReport(Control.THREAD, null, "", history.entries().size(), List.of(check));
  }
}
