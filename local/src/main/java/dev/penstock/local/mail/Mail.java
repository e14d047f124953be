package dev.penstock.local.mail;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One captured mail, as {@code GET /_penstock/mail} shows it.
 *
 * @param text empty when it has no plain text part
 * @param html empty when it has no HTML part
 * @param time ISO 8601
 * @param tags message tags
 * @param configurationSet empty for none
 */
public record Mail(
        String id,
        String region,
        String from,
        List<String> to,
        List<String> cc,
        List<String> bcc,
        String subject,
        String text,
        String html,
        String time,
        Map<String, String> tags,
        String configurationSet) {

    /** Everyone it is addressed to. */
    List<String> recipients() {
        List<String> all = new ArrayList<>(to);
        all.addAll(cc);
        all.addAll(bcc);
        return all;
    }

    /** The address without the name: {@code a@b.c} of {@code "A" <a@b.c>}. */
    static String address(String mailbox) {
        int start = mailbox.lastIndexOf('<');
        int end = mailbox.lastIndexOf('>');
        return (start >= 0 && end > start ? mailbox.substring(start + 1, end) : mailbox).strip();
    }
}
