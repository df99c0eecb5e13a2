/** Virtual time keeps its promises. */
@NullMarked
package dev.canswarm.pipeline.sim.time;

import org.jspecify.annotations.NullMarked;
