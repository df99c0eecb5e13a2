package dev.canswarm.port;

import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A record to send.
 *
 * @param key the thread id's bytes, or what a dead letter had; null for none
 * @param headers names and UTF-8 values
 */
public record OutgoingRecord(
    String topic,
    byte @Nullable [] key,
    byte @Nullable [] value,
    SortedMap<String, String> headers) {

  /** The same record without a header. */
  public OutgoingRecord without(String name) {
    SortedMap<String, String> others = new TreeMap<>(headers);
    others.remove(name);
    return new OutgoingRecord(topic, key, value, others);
  }

  /** The same record with one header more. */
  public OutgoingRecord with(String name, String content) {
    SortedMap<String, String> all = new TreeMap<>(headers);
    all.put(name, content);
    return new OutgoingRecord(topic, key, value, all);
  }
}
