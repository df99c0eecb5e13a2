/** {@code ./swarm jcs} and {@code ./swarm verify}: the specification, by hand. */
@NullMarked
package dev.canswarm.pipeline.cli.verify;

import org.jspecify.annotations.NullMarked;
