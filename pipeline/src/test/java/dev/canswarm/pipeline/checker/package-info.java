@NullMarked
package dev.canswarm.pipeline.checker;

import org.jspecify.annotations.NullMarked;
