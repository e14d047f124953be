/** What differs between stages, read once and checked. */
@NullMarked
package dev.penstock.infra.settings;

import org.jspecify.annotations.NullMarked;
