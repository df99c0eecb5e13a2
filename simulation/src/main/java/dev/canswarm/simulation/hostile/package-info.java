/** A flood of bad records on a swarm that works, and what must become of each of them. */
@NullMarked
package dev.canswarm.simulation.hostile;

import org.jspecify.annotations.NullMarked;
