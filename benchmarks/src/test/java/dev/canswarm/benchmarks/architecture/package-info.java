/** Rules for the packages of the benchmarks. */
@NullMarked
package dev.canswarm.benchmarks.architecture;

import org.jspecify.annotations.NullMarked;
