/**
 * The bus over Kafka. Nothing outside this package sees a type of reactor-kafka or of Kafka's
 * clients.
 *
 * <p>The life of a record: {@link dev.canswarm.pipeline.kafka.PollingConsumer} polls it and stamps
 * it with its {@link dev.canswarm.pipeline.kafka.Assignment}; reactor-kafka buffers it (bounded);
 * {@link dev.canswarm.pipeline.kafka.InFlightGate} lets it through when there is a place; the
 * assignment tracks it until its {@link dev.canswarm.pipeline.kafka.OffsetWatermark} passes it, and
 * only then tells reactor-kafka, which commits at intervals.
 */
@NullMarked
package dev.canswarm.pipeline.kafka;

import org.jspecify.annotations.NullMarked;
