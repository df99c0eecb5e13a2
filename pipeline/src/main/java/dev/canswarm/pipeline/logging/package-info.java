/** Log files of bounded size. */
@NullMarked
package dev.canswarm.pipeline.logging;

import org.jspecify.annotations.NullMarked;
