@NullMarked
package dev.canswarm.pipeline.keys;

import org.jspecify.annotations.NullMarked;
