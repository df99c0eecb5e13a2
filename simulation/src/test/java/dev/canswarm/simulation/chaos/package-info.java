/** Tests of {@code ./swarm chaos} without processes. */
@NullMarked
package dev.canswarm.simulation.chaos;

import org.jspecify.annotations.NullMarked;
