/** {@code ./swarm list}. */
@NullMarked
package dev.canswarm.pipeline.cli.list;

import org.jspecify.annotations.NullMarked;
