/** What a process counts and measures of itself. */
@NullMarked
package dev.canswarm.pipeline.telemetry;

import org.jspecify.annotations.NullMarked;
