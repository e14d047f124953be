/** System tests: what crosses modules, through the official clients. */
@NullMarked
package dev.penstock.it;

import org.jspecify.annotations.NullMarked;
