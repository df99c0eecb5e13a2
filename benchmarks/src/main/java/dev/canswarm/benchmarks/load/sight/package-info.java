/** Sends the requests of the live page and of a Prometheus server to a stack under load. */
@NullMarked
package dev.canswarm.benchmarks.load.sight;

import org.jspecify.annotations.NullMarked;
