@NullMarked
package dev.canswarm.pipeline.cli.keys;

import org.jspecify.annotations.NullMarked;
