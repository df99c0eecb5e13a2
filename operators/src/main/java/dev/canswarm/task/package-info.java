/** Task types: what a worker runs and how a verifier checks it. */
@NullMarked
package dev.canswarm.task;

import org.jspecify.annotations.NullMarked;
