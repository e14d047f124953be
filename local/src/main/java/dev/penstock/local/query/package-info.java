/** SQL over exports and over tables at a point in time, and the commands that move data by files. */
@NullMarked
package dev.penstock.local.query;

import org.jspecify.annotations.NullMarked;
