/** The commands {@code ./swarm sim} and {@code ./swarm chaos}. */
@NullMarked
package dev.canswarm.simulation.command;

import org.jspecify.annotations.NullMarked;
