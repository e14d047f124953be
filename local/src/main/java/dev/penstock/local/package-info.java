@NullMarked
package dev.penstock.local;

import org.jspecify.annotations.NullMarked;
