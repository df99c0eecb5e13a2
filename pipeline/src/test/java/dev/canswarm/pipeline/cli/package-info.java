@NullMarked
package dev.canswarm.pipeline.cli;

import org.jspecify.annotations.NullMarked;
