/** Events on their way: EventBridge's bus, rules and schedules, and delivery to targets by ARN. */
@NullMarked
package dev.penstock.local.events;

import org.jspecify.annotations.NullMarked;
