/** A process of the swarm on a data directory: its servers, its keys, its node. */
@NullMarked
package dev.canswarm.pipeline.cli.stack;

import org.jspecify.annotations.NullMarked;
