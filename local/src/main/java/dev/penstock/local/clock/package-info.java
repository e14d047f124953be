@NullMarked
package dev.penstock.local.clock;

import org.jspecify.annotations.NullMarked;
