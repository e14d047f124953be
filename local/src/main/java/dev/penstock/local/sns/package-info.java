/** SNS: topics and subscriptions, delivered to queues, functions and web servers of this machine. */
@NullMarked
package dev.penstock.local.sns;

import org.jspecify.annotations.NullMarked;
