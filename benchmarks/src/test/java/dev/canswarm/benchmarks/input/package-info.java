/** Tests of the generated inputs. */
@NullMarked
package dev.canswarm.benchmarks.input;

import org.jspecify.annotations.NullMarked;
