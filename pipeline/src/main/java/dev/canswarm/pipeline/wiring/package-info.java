/** Wires roles, stages and adapters; reads from top to bottom like the architecture. */
@NullMarked
package dev.canswarm.pipeline.wiring;

import org.jspecify.annotations.NullMarked;
