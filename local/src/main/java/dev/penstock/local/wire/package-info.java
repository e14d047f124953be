/** Converts AWS wire formats to and from the model classes of the official SDK, through their own field tables. */
@NullMarked
package dev.penstock.local.wire;

import org.jspecify.annotations.NullMarked;
