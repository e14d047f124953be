/** Where alarms are delivered. */
@NullMarked
package dev.penstock.infra.alarms;

import org.jspecify.annotations.NullMarked;
