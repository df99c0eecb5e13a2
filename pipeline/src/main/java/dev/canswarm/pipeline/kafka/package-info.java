/**
 * The bus over Kafka. The types of reactor-kafka and of Kafka's clients stay inside this package.
 *
 * <p>The path of a record: {@link dev.canswarm.pipeline.kafka.PollingConsumer} polls it and
 * attaches its {@link dev.canswarm.pipeline.kafka.Assignment}. reactor-kafka buffers its batch
 * (bounded). {@link dev.canswarm.pipeline.kafka.BatchGate} requests the batch when there is room.
 * The assignment tracks it until its {@link dev.canswarm.pipeline.kafka.OffsetWatermark} passes it.
 * Only then is it acknowledged to reactor-kafka, which commits at intervals.
 */
@NullMarked
package dev.canswarm.pipeline.kafka;

import org.jspecify.annotations.NullMarked;
