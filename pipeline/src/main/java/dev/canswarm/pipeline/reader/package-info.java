/** What readers of stored messages verify before they show them. */
@NullMarked
package dev.canswarm.pipeline.reader;

import org.jspecify.annotations.NullMarked;
