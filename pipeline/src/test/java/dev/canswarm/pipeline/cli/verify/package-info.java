@NullMarked
package dev.canswarm.pipeline.cli.verify;

import org.jspecify.annotations.NullMarked;
