/** Ordinary Kafka clients, independent of the pipeline's bus. */
@NullMarked
package dev.canswarm.pipeline.cli.kafka;

import org.jspecify.annotations.NullMarked;
