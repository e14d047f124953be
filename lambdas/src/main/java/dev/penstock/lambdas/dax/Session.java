package dev.penstock.lambdas.dax;

import java.time.Instant;

/**
 * A web session that is still valid.
 *
 * @param sessionId what the browser's cookie holds
 * @param customerId whose it is
 * @param expiresAt to the second
 * @param data what the shop put there, empty if nothing
 */
public record Session(String sessionId, String customerId, Instant expiresAt, String data) {}
