package dev.canswarm.port;

import java.util.SortedMap;
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
    SortedMap<String, String> headers) {}
