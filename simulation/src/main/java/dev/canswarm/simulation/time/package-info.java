/** Virtual time, in one thread. */
@NullMarked
package dev.canswarm.simulation.time;

import org.jspecify.annotations.NullMarked;
