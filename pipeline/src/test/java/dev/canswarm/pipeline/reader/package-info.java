@NullMarked
package dev.canswarm.pipeline.reader;

import org.jspecify.annotations.NullMarked;
