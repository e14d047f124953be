package dev.penstock.local.assembly;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the logical ids that a template value refers to, through Ref, Fn::GetAtt and Fn::Sub. */
final class References {
    /** {@code ${Name}} or {@code ${Name.Attribute}}; {@code ${!Name}} is literal text. */
    static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{(!?)([^}]+)}");

    private References() {}

    static void in(@Nullable Object value, Set<String> found) {
        switch (value) {
            case Map<?, ?> map ->
                map.forEach((key, inner) -> {
                    switch (String.valueOf(key)) {
                        case "Ref" -> found.add(String.valueOf(inner));
                        case "Fn::GetAtt" -> found.add(target(inner));
                        case "Fn::Sub" -> sub(inner, found);
                        default -> {}
                    }
                    in(inner, found);
                });
            case List<?> list -> list.forEach(element -> in(element, found));
            case null, default -> {}
        }
    }

    /** The logical id in a GetAtt argument, which is {@code "Id.Attribute"} or {@code ["Id", "Attribute"]}. */
    static String target(@Nullable Object argument) {
        return argument instanceof List<?> list ? String.valueOf(list.getFirst()) : beforeDot(String.valueOf(argument));
    }

    private static void sub(@Nullable Object argument, Set<String> found) {
        Object text = argument instanceof List<?> list ? list.getFirst() : argument;
        PLACEHOLDER
                .matcher(String.valueOf(text))
                .results()
                .filter(match -> match.group(1).isEmpty())
                .forEach(match -> found.add(beforeDot(match.group(2).strip())));
    }

    static String beforeDot(String text) {
        int dot = text.indexOf('.');
        return dot < 0 ? text : text.substring(0, dot);
    }
}
