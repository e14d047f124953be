/** Session lookup: one piece of logic that reads through DAX or straight from the table. */
@NullMarked
package dev.penstock.lambdas.dax;

import org.jspecify.annotations.NullMarked;
