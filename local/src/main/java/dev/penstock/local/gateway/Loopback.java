package dev.penstock.local.gateway;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps the control endpoints to this machine. The Host header is checked as well as the peer, since a web page can
 * make a name of its own resolve to 127.0.0.1 (DNS rebinding), and so is Origin, since it can post there directly.
 */
final class Loopback {
    private static final Set<String> NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

    private Loopback() {}

    /** @throws AwsError AccessDeniedException when the request does not come from this machine */
    static void require(InetAddress peer, Map<String, List<String>> headers) {
        boolean allowed = peer.isLoopbackAddress()
                && headers.getOrDefault("host", List.of("")).stream()
                        .allMatch(host -> NAMES.contains(host.replaceFirst(":\\d+$", "")))
                && headers.getOrDefault("origin", List.of()).stream().allMatch(Loopback::isLocal);
        if (!allowed) {
            throw new AwsError(
                    403,
                    "AccessDeniedException",
                    "/_penstock/ answers only to localhost, 127.0.0.1 or [::1], on this machine; Host was "
                            + headers.getOrDefault("host", List.of()));
        }
    }

    private static boolean isLocal(String origin) {
        try {
            String host = URI.create(origin).getHost();
            return host != null && NAMES.contains(host);
        } catch (IllegalArgumentException notAnUri) {
            return false;
        }
    }
}
