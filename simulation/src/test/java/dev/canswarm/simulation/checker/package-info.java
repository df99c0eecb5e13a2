@NullMarked
package dev.canswarm.simulation.checker;

import org.jspecify.annotations.NullMarked;
