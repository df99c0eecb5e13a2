/** {@code ./swarm chaos}: kills processes of a working swarm and checks what is left. */
@NullMarked
package dev.canswarm.simulation.chaos;

import org.jspecify.annotations.NullMarked;
