/** {@code ./swarm pub} and {@code ./swarm tap}: raw records of any topic. */
@NullMarked
package dev.canswarm.pipeline.cli.raw;

import org.jspecify.annotations.NullMarked;
