@NullMarked
package dev.canswarm.pipeline.cli.demo;

import org.jspecify.annotations.NullMarked;
