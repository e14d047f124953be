package dev.penstock.lambdas.welcome;

/** Sends one mail. */
interface Mailer {
    /**
     * Hands the mail over; {@code claim} travels with it as a message tag, so that the Send event finds its claim.
     *
     * @return how it ended
     */
    Sent send(Decision.Customer customer, Message message, String claim);

    /** How handing over ended. */
    sealed interface Sent {
        /** Taken over by SES. */
        record Accepted(String messageId) implements Sent {}

        /** Surely not sent, and worth another attempt: throttled, paused, or refused for a reason that people mend. */
        record NotNow(String reason) implements Sent {}

        /** Surely not sent, and never will be: SES refuses this message or this address. */
        record Never(String reason) implements Sent {}

        /** No answer, or a broken one: it may have been sent. */
        record Unknown(String reason) implements Sent {}
    }
}
