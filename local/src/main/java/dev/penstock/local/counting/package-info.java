/** Ways to count each event of a stream once, side by side: what they cost, how fast they are, and whether they are right. */
@NullMarked
package dev.penstock.local.counting;

import org.jspecify.annotations.NullMarked;
