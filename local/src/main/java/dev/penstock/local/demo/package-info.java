/** The demo: a storefront's day, played through the ordinary SDK on generated input. */
@NullMarked
package dev.penstock.local.demo;

import org.jspecify.annotations.NullMarked;
