package dev.canswarm.port;

import dev.canswarm.envelope.NeedId;
import dev.canswarm.envelope.ThreadId;
import org.jspecify.annotations.Nullable;

/**
 * An open NEED, and the due time of its durable timer.
 *
 * @param needSlot the slot of the NEED in its thread's scope; null while the NEED itself was not
 *     seen
 * @param partition the Kafka partition of its thread
 * @param dueMillis milliseconds since 1970; a lower bound, not an appointment
 * @param storedMillis when the row was first made, by the store's clock; 0 on a candidate
 */
public record OpenNeed(
    NeedId needId,
    ThreadId threadId,
    @Nullable String needSlot,
    int partition,
    long dueMillis,
    long storedMillis) {}
