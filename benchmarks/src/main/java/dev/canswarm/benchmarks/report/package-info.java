/** Reports of measurements as JSON, Markdown and charts. */
@NullMarked
package dev.canswarm.benchmarks.report;

import org.jspecify.annotations.NullMarked;
