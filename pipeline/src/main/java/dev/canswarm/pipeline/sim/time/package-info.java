/** Virtual time, in one thread. */
@NullMarked
package dev.canswarm.pipeline.sim.time;

import org.jspecify.annotations.NullMarked;
