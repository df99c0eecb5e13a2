/** Lamport time, and the source of wall-clock time. */
@NullMarked
package dev.canswarm.clock;

import org.jspecify.annotations.NullMarked;
