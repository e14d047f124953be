/** Pure functions from an item to its rows in a view and its shares of an aggregate. */
@NullMarked
package dev.penstock.lambdas.projection;

import org.jspecify.annotations.NullMarked;
