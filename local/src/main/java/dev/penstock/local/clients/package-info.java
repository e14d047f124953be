/** The official AWS clients, pointed at a local endpoint. */
@NullMarked
package dev.penstock.local.clients;

import org.jspecify.annotations.NullMarked;
