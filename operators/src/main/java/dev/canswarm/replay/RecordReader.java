package dev.canswarm.replay;

import dev.canswarm.crypto.Sha256;
import dev.canswarm.envelope.Envelope;
import dev.canswarm.envelope.EnvelopeCodec;
import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.RefusedException;
import dev.canswarm.envelope.ThreadId;
import dev.canswarm.json.JsonObject;
import dev.canswarm.json.JsonString;
import dev.canswarm.json.StrictJson;
import java.util.Collection;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Reads and verifies records and sorts them by NEED. The result does not depend on their order. */
final class RecordReader {
  private final EnvelopeCodec codec;

  /** Records with equal bytes and the same gas, and the first of their places. */
  private record Sighting(String hash, ReplayRecord first) {
    Sighting join(Sighting other) {
      boolean isTaken = first.isTaken() || other.first.isTaken();
      String where =
          first.where().compareTo(other.first.where()) <= 0 ? first.where() : other.first.where();
      return new Sighting(hash, new ReplayRecord(where, first.bytes(), isTaken, first.gas()));
    }
  }

  RecordReader(EnvelopeCodec codec) {
    this.codec = codec;
  }

  /** By NEED; what names no NEED under the empty text. */
  SortedMap<String, NeedRecords> read(Collection<ReplayRecord> records) {
    TreeMap<String, Sighting> distinct = new TreeMap<>();
    for (ReplayRecord record : records) {
      String hash = Sha256.hex(record.bytes());
      distinct.merge(hash + " " + record.gas(), new Sighting(hash, record), Sighting::join);
    }
    TreeMap<String, NeedRecords> needs = new TreeMap<>();
    distinct.values().stream()
        .sorted(
            Comparator.comparing((Sighting sighting) -> sighting.first().where())
                .thenComparing(Sighting::hash)
                .thenComparing(sighting -> sighting.first().gas()))
        .forEach(sighting -> read(sighting.first(), needs));
    return needs;
  }

  private void read(ReplayRecord record, SortedMap<String, NeedRecords> needs) {
    try {
      Envelope envelope = codec.decodeAndVerify(record.bytes());
      if (envelope.verb().isOfNoNeed()) {
        return;
      }
      of(needs, envelope.need()).add(NeedRecords.Entry.of(envelope, record));
    } catch (RefusedException e) {
      refuse(record, e.reason() + ": " + e.detail(), needs);
    } catch (RuntimeException e) {
      refuse(record, "not read: " + e, needs);
    }
  }

  private static void refuse(
      ReplayRecord record, String detail, SortedMap<String, NeedRecords> needs) {
    JsonObject claimed = object(record.bytes());
    String needId = text(claimed, "need_id");
    if (needId.isEmpty() && text(claimed, "kind").equals("NEED")) {
      needId = text(claimed, "id");
    }
    NeedRecords need = of(needs, NeedId.parse(needId).orElse(null));
    String threadId = text(claimed, "thread_id");
    need.nameThread(ThreadId.parse(threadId).orElse(ThreadId.NONE));
    need.refuse(record.where(), detail, RecordedText.escaped(record.bytes()));
  }

  private static NeedRecords of(SortedMap<String, NeedRecords> needs, @Nullable NeedId needId) {
    return needs.computeIfAbsent(
        needId == null ? "" : needId.text(), key -> new NeedRecords(needId));
  }

  private static JsonObject object(byte[] bytes) {
    try {
      return StrictJson.parseObject(bytes);
    } catch (RuntimeException unreadable) {
      // The record was refused already; only its NEED is unknown.
      return JsonObject.empty();
    }
  }

  private static String text(JsonObject object, String name) {
    return object.get(name) instanceof JsonString string ? string.value() : "";
  }
}
