/** The DAX cluster and the function that reads sessions through it. */
@NullMarked
package dev.penstock.infra.dax;

import org.jspecify.annotations.NullMarked;
