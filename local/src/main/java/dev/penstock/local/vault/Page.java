package dev.penstock.local.vault;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list.
 *
 * @param next the token of the next part; {@code null}: this was the last
 */
record Page<T>(List<T> members, @Nullable String next) {

    /** @throws dev.penstock.local.gateway.AwsError InvalidParameterValueException for a token that is none of ours */
    static <T> Page<T> of(List<T> all, @Nullable Integer most, @Nullable String token) {
        int from;
        try {
            from = token == null ? 0 : Integer.parseInt(token);
        } catch (NumberFormatException e) {
            throw Errors.invalid("NextToken is not valid: " + token);
        }
        int to = most == null ? all.size() : Math.min(all.size(), from + most);
        return new Page<>(all.subList(Math.min(from, all.size()), to), to < all.size() ? Integer.toString(to) : null);
    }
}
