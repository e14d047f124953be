package dev.penstock.local.journal;

/** Why an item changed. */
public sealed interface Cause {

    /** A request of a user. */
    record User() implements Cause {}

    /** Time to live: the stream shows it with the identity of the DynamoDB service. */
    record Expiry() implements Cause {}

    /**
     * A change that was made in another region first.
     *
     * @param region where it was made
     * @param micros when, in microseconds since the epoch: the timestamp by which the last writer wins
     */
    record Replication(String region, long micros) implements Cause {}

    Cause USER = new User();
    Cause EXPIRY = new Expiry();
}
