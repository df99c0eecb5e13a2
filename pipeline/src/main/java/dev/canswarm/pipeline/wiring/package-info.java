/** Wires roles, stages and adapters, in the order of the architecture. */
@NullMarked
package dev.canswarm.pipeline.wiring;

import org.jspecify.annotations.NullMarked;
