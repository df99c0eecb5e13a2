/**
 * The audit log's lines and the check of its chain, over byte arrays alone: the one who writes and
 * the one who verifies share this code and nothing else.
 *
 * <p>A log is lines in segments, one canonical JSON object (RFC 8785) each. A record line holds
 * what crossed the node's border, its number from 1 on, and the hash of the line before; the first
 * one holds a hash of the node's key instead. A checkpoint line closes every batch: it repeats the
 * position of the chain and is signed by the node's key. {@link AuditFormat} writes and reads
 * lines, {@link AuditVerifier} checks them one after the other, {@link SegmentReader} finds them in
 * bytes.
 */
@NullMarked
package dev.canswarm.replay.audit;

import org.jspecify.annotations.NullMarked;
