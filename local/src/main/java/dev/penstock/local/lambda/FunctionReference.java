package dev.penstock.local.lambda;

import dev.penstock.local.gateway.AwsError;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A function as requests name it: {@code name}, {@code name:qualifier}, {@code account:function:name} or an ARN, the
 * qualifier being a version or an alias.
 *
 * @param arn unqualified
 */
record FunctionReference(String name, String arn, @Nullable String qualifier) {
    private static final Pattern FORM = Pattern.compile("(?:(?:arn:[a-z-]+:lambda:([a-z0-9-]+):)?\\d{12}:function:)?"
            + "([A-Za-z0-9_-]{1,64})(?::(\\$LATEST|[A-Za-z0-9_-]{1,128}))?");

    /**
     * @param region for a name that does not say
     * @param qualifierField the field {@code Qualifier}, which must not contradict the name's
     * @throws AwsError ValidationException (400)
     */
    static FunctionReference parse(String text, String region, @Nullable String qualifierField) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new AwsError(
                    400,
                    "ValidationException",
                    "1 validation error detected: Value '" + text + "' at 'functionName' failed to satisfy constraint:"
                            + " Member must satisfy regular expression pattern: " + FORM.pattern());
        }
        String qualifier = form.group(3);
        if (qualifier != null && qualifierField != null && !qualifier.equals(qualifierField)) {
            throw new AwsError(
                    400,
                    "InvalidParameterValueException",
                    "The derived qualifier from the function name does not match the specified qualifier.",
                    Map.of("Type", "User"));
        }
        String arn = "arn:aws:lambda:" + (form.group(1) == null ? region : form.group(1)) + ":000000000000:function:"
                + form.group(2);
        return new FunctionReference(form.group(2), arn, qualifier == null ? qualifierField : qualifier);
    }

    String qualifiedArn() {
        return qualifier == null ? arn : arn + ":" + qualifier;
    }

    boolean isLatest() {
        return qualifier == null || qualifier.equals("$LATEST");
    }

    AwsError notFound() {
        return new AwsError(
                404, "ResourceNotFoundException", "Function not found: " + qualifiedArn(), Map.of("Type", "User"));
    }
}
