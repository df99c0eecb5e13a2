/** Reads a JVM's own figures: heap, allocation and meters. */
@NullMarked
package dev.canswarm.benchmarks.load.jvm;

import org.jspecify.annotations.NullMarked;
