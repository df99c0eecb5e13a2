/** What happens to a stack when everything is too much at once. */
@NullMarked
package dev.canswarm.benchmarks.load.overload;

import org.jspecify.annotations.NullMarked;
