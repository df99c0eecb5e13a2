/** {@code ./swarm dlq}: dead letters, checked against the store, shown and sent again. */
@NullMarked
package dev.canswarm.pipeline.cli.dlq;

import org.jspecify.annotations.NullMarked;
