package dev.canswarm.replay.audit;

import dev.canswarm.port.AuditEvent;

/**
 * A record line, which holds one event of the node.
 *
 * @param n from 1 on, over all segments of a log
 * @param prev lower-case hex SHA-256 of the line before, or the genesis
 * @param lamport the node's Lamport time; grows from record to record
 * @param timestampNs nanoseconds since 1970, by the node's clock
 * @param event what it was, its content to the byte
 */
public record AuditRecord(long n, String prev, long lamport, long timestampNs, AuditEvent event)
    implements AuditLine {}
