/** Text for people and machines: what a terminal can show, lines of a width, JSON. Pure. */
@NullMarked
package dev.canswarm.pipeline.cli.text;

import org.jspecify.annotations.NullMarked;
