/** {@code ./swarm need}: signs a NEED, sends it and follows it to its FINALIZE. */
@NullMarked
package dev.canswarm.pipeline.cli.need;

import org.jspecify.annotations.NullMarked;
