package dev.penstock.lambdas.projection;

import java.util.ArrayList;
import java.util.List;

/** Several values in one key: joined with {@code #}, so escaped that different values never join to the same text. */
public final class Joined {
    private Joined() {}

    public static String join(List<String> parts) {
        StringBuilder joined = new StringBuilder();
        for (int i = 0; i < parts.size(); i++) {
            joined.append(i == 0 ? "" : "#")
                    .append(parts.get(i).replace("%", "%25").replace("#", "%23"));
        }
        return joined.toString();
    }

    public static List<String> split(String joined) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int to = joined.indexOf('#'); to >= 0; to = joined.indexOf('#', from)) {
            parts.add(plain(joined.substring(from, to)));
            from = to + 1;
        }
        parts.add(plain(joined.substring(from)));
        return parts;
    }

    private static String plain(String part) {
        return part.replace("%23", "#").replace("%25", "%");
    }
}
