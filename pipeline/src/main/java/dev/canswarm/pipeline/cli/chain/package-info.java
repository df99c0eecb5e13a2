/** The control chain as commands read it: keys, roles and policies at its latest head. */
@NullMarked
package dev.canswarm.pipeline.cli.chain;

import org.jspecify.annotations.NullMarked;
