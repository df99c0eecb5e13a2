/** One thing at a time, by engine and size: where the time goes. */
@NullMarked
package dev.canswarm.benchmarks.suite;

import org.jspecify.annotations.NullMarked;
