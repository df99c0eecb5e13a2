/** Tests of the reports. */
@NullMarked
package dev.canswarm.benchmarks.report;

import org.jspecify.annotations.NullMarked;
