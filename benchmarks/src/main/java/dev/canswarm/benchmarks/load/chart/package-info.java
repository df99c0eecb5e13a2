/** The report of a load run: charts and a page. */
@NullMarked
package dev.canswarm.benchmarks.load.chart;

import org.jspecify.annotations.NullMarked;
