/** The program's entry. */
@NullMarked
package dev.canswarm.pipeline;

import org.jspecify.annotations.NullMarked;
