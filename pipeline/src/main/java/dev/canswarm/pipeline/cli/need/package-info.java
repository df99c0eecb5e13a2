/**
 * {@code ./swarm need}: signs a NEED, sends it and follows it to its FINALIZE. {@code ./swarm
 * cancel}: ends one that is not wanted any more.
 */
@NullMarked
package dev.canswarm.pipeline.cli.need;

import org.jspecify.annotations.NullMarked;
