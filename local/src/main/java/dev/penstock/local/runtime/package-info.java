/** The local runtime as one object: wires the parts, starts them, closes them. */
@NullMarked
package dev.penstock.local.runtime;

import org.jspecify.annotations.NullMarked;
