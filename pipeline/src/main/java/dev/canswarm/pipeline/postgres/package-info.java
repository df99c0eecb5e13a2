/** Slots, timers and the archive in PostgreSQL, over R2DBC. */
@NullMarked
package dev.canswarm.pipeline.postgres;

import org.jspecify.annotations.NullMarked;
