/** Every benchmark runs with the tests. */
@NullMarked
package dev.canswarm.benchmarks;

import org.jspecify.annotations.NullMarked;
