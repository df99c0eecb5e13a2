/** Tests. */
@NullMarked
package dev.canswarm.benchmarks.load.chart;

import org.jspecify.annotations.NullMarked;
