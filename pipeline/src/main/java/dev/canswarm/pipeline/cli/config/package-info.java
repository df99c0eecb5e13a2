/** {@code ./swarm config}: every setting, its value and where it came from. */
@NullMarked
package dev.canswarm.pipeline.cli.config;

import org.jspecify.annotations.NullMarked;
