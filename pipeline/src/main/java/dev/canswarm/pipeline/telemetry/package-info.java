/** Metrics of a process. */
@NullMarked
package dev.canswarm.pipeline.telemetry;

import org.jspecify.annotations.NullMarked;
