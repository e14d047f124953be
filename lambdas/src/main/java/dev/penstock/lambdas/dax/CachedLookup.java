package dev.penstock.lambdas.dax;

import java.time.InstantSource;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * What happens when DAX is down: a few reads a second go straight to the table, so that some people can work and the table
 * sees no stampede of all of them; the others are told to try again.
 */
public final class CachedLookup {

    /** Direct reads a second of one execution environment; a read of 4 KB costs half a unit. */
    public static final int DIRECT_READS_PER_SECOND = 20;

    private final Lookup cached;
    private final Lookup direct;
    private final RateCap cap;

    /** Finds a session, or throws {@link SdkException}. */
    @FunctionalInterface
    public interface Lookup {
        Optional<Session> find(String sessionId);
    }

    /** Asks {@code cached} first; the seconds that limit {@code direct} are the clock's. */
    public CachedLookup(Lookup cached, Lookup direct, InstantSource clock) {
        this.cached = cached;
        this.direct = direct;
        this.cap = new RateCap(DIRECT_READS_PER_SECOND, clock);
    }

    /**
     * The session, by whichever way there is.
     *
     * @throws UnavailableException if neither may answer now
     */
    public Optional<Session> find(String sessionId) {
        try {
            return cached.find(sessionId);
        } catch (SdkException e) {
            if (cap.tryTake()) {
                return direct.find(sessionId);
            }
            throw new UnavailableException(e);
        }
    }

    /** DAX does not answer, and this second's direct reads are used up. */
    public static final class UnavailableException extends RuntimeException {
        private static final long serialVersionUID = 1;

        UnavailableException(Throwable cause) {
            super(
                    "DAX does not answer and %d direct reads this second are used up"
                            .formatted(DIRECT_READS_PER_SECOND),
                    cause);
        }
    }
}
