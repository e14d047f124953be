/** A JUnit 5 extension that starts the runtime inside anyone's tests. */
@NullMarked
package dev.penstock.local.junit;

import org.jspecify.annotations.NullMarked;
