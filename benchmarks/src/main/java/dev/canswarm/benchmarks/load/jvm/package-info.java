/** What a JVM says about itself: heap, allocation, meters. */
@NullMarked
package dev.canswarm.benchmarks.load.jvm;

import org.jspecify.annotations.NullMarked;
