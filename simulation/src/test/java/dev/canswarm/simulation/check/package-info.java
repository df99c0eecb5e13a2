@NullMarked
package dev.canswarm.simulation.check;

import org.jspecify.annotations.NullMarked;
