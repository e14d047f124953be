package dev.penstock.lambdas.welcome;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The mail, made from the templates beside this class: {@code {{name}}} stands for the customer's name. */
record Message(String subject, String text, String html) {
    private static final String SUBJECT = "Welcome to the storefront";
    private static final String TEXT = template("welcome.txt");
    private static final String HTML = template("welcome.html");

    static Message to(Decision.Customer customer) {
        String name = customer.name().isBlank() ? "there" : customer.name().strip();
        return new Message(SUBJECT, TEXT.replace("{{name}}", name), HTML.replace("{{name}}", escape(name)));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    private static String template(String name) {
        try (InputStream in = Objects.requireNonNull(
                Message.class.getResourceAsStream(name), () -> name + " is not on the class path")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("reading template " + name, e);
        }
    }
}
