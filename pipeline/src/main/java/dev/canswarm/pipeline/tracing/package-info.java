/** Traces of NEEDs, exported by OpenTelemetry. */
@NullMarked
package dev.canswarm.pipeline.tracing;

import org.jspecify.annotations.NullMarked;
