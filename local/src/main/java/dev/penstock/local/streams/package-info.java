@NullMarked
package dev.penstock.local.streams;

import org.jspecify.annotations.NullMarked;
