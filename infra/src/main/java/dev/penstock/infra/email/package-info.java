/** The sending identity and the events that tell what became of a mail. */
@NullMarked
package dev.penstock.infra.email;

import org.jspecify.annotations.NullMarked;
