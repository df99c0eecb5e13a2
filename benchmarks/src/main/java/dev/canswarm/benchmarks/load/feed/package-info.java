/** Sends NEEDs at their times. */
@NullMarked
package dev.canswarm.benchmarks.load.feed;

import org.jspecify.annotations.NullMarked;
