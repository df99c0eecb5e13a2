/** Looks at a stack under load as the live page and a Prometheus server do. */
@NullMarked
package dev.canswarm.benchmarks.load.sight;

import org.jspecify.annotations.NullMarked;
