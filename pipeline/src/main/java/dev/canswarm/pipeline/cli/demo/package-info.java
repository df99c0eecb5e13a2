/** {@code ./swarm demo}: the whole swarm for the length of one run. */
@NullMarked
package dev.canswarm.pipeline.cli.demo;

import org.jspecify.annotations.NullMarked;
