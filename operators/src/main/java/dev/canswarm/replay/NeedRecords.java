package dev.canswarm.replay;

import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeId;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The envelopes of one NEED as they were recorded, each once. Not thread-safe. */
final class NeedRecords {
  /**
   * An envelope whose hashes and signature hold.
   *
   * @param where the first of its places, in the order of their names
   * @param isTaken whether any of its records says that it holds its slot
   * @param gas the figures that its records say the policy's rules used, and where each is said
   */
  record Entry(Envelope envelope, String where, boolean isTaken, SortedMap<Long, String> gas) {
    /** An entry whose records say nothing of gas. */
    Entry(Envelope envelope, String where, boolean isTaken) {
      this(envelope, where, isTaken, Collections.emptySortedMap());
    }

    /** The entry of one record. */
    static Entry of(Envelope envelope, ReplayRecord record) {
      TreeMap<Long, String> gas = new TreeMap<>();
      if (record.gas() > 0) {
        gas.put(record.gas(), record.where());
      }
      return new Entry(envelope, record.where(), record.isTaken(), gas);
    }
  }

  private final @Nullable NeedId needId;
  private final SortedMap<EnvelopeId, Entry> entries = new TreeMap<>();
  private final Findings findings = new Findings();
  private ThreadId threadId = ThreadId.NONE;
  private int failures;

  /**
   * @param needId null for records that belong to no NEED that can be read
   */
  NeedRecords(@Nullable NeedId needId) {
    this.needId = needId;
  }

  @Nullable NeedId needId() {
    return needId;
  }

  /** The NEED's thread; before its NEED is known, the first of those that its envelopes name. */
  ThreadId threadId() {
    Entry need = needId == null ? null : entries.get(needId.envelope());
    return need != null ? need.envelope().threadId() : threadId;
  }

  /** All envelopes, by id. */
  SortedMap<EnvelopeId, Entry> entries() {
    return entries;
  }

  void nameThread(ThreadId name) {
    if (threadId.isNone() || (!name.isNone() && name.compareTo(threadId) < 0)) {
      threadId = name;
    }
  }

  void refuse(String where, String detail, String actual) {
    failures++;
    findings.fail(where, detail, "", actual);
  }

  /** Adds an envelope; a repetition must have the same bytes. */
  void add(Entry entry) {
    nameThread(entry.envelope().threadId());
    Entry other = entries.putIfAbsent(entry.envelope().id(), entry);
    if (other == null) {
      return;
    }
    boolean both = entry.isTaken() && other.isTaken();
    if (entry.envelope().equals(other.envelope())) {
      entries.put(entry.envelope().id(), joined(other, entry));
    } else if (both) {
      findings.fail(
          entry.where(),
          entry.envelope() + " was sent with other bytes than at " + other.where(),
          RecordedText.of(other.envelope().bytes()),
          RecordedText.of(entry.envelope().bytes()));
    } else {
      findings.note(entry.where(), entry.envelope() + " was also signed at another time");
      entries.put(entry.envelope().id(), entry.isTaken() ? entry : other);
    }
  }

  private static Entry joined(Entry one, Entry other) {
    return new Entry(
        one.envelope(),
        one.where().compareTo(other.where()) <= 0 ? one.where() : other.where(),
        one.isTaken() || other.isTaken(),
        joined(one.gas(), other.gas()));
  }

  private static SortedMap<Long, String> joined(
      SortedMap<Long, String> one, SortedMap<Long, String> other) {
    TreeMap<Long, String> both = new TreeMap<>(one);
    other.forEach((gas, where) -> both.merge(gas, where, (a, b) -> a.compareTo(b) <= 0 ? a : b));
    return both;
  }

  Check check() {
    int read = entries.size() + failures;
    return findings.as(
        CheckName.RECORDS,
        entries.size() + " of " + read + " envelopes: hashes and signatures hold");
  }
}
