/** The commands {@code ./swarm sim}, {@code ./swarm chaos} and {@code ./swarm hostile}. */
@NullMarked
package dev.canswarm.simulation.command;

import org.jspecify.annotations.NullMarked;
