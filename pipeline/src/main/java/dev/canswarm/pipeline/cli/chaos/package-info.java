/**
 * {@code ./swarm chaos}: processes of a swarm that are killed while they work, and what is left.
 */
@NullMarked
package dev.canswarm.pipeline.cli.chaos;

import org.jspecify.annotations.NullMarked;
