@NullMarked
package dev.canswarm.pipeline.cli.data;

import org.jspecify.annotations.NullMarked;
