/** Ordinary Kafka clients, as anybody may use them beside the pipeline. */
@NullMarked
package dev.canswarm.pipeline.cli.kafka;

import org.jspecify.annotations.NullMarked;
