/** {@code ./swarm jcs} and {@code ./swarm verify}: check single envelopes and canonical JSON. */
@NullMarked
package dev.canswarm.pipeline.cli.verify;

import org.jspecify.annotations.NullMarked;
