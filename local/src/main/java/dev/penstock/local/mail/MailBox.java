package dev.penstock.local.mail;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The captured mails, the newest 10,000, oldest first; kept in a file of JSON lines if there is one. Threadsafe. */
public final class MailBox {
    private static final int LIMIT = 10_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final @Nullable Path file;
    private final Deque<Mail> mails = new ArrayDeque<>();

    private MailBox(@Nullable Path file) {
        this.file = file;
    }

    public static MailBox inMemory() {
        return new MailBox(null);
    }

    /** Opens the mails in {@code file}, which is made with the first mail. A line that a crash cut off is dropped. */
    public static MailBox open(Path file) {
        MailBox box = new MailBox(file);
        try {
            if (Files.exists(file)) {
                List<String> kept = new ArrayList<>();
                for (String line : Files.readAllLines(file, UTF_8)) {
                    try {
                        box.keep(JSON.readValue(line, Mail.class));
                        kept.add(line);
                    } catch (JsonProcessingException cutOff) {
                        System.getLogger(MailBox.class.getName())
                                .log(System.Logger.Level.WARNING, "dropped a broken line of " + file);
                    }
                }
                Files.write(file, kept.subList(Math.max(0, kept.size() - LIMIT), kept.size()), UTF_8);
            } else if (file.getParent() != null) {
                Files.createDirectories(file.getParent());
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot read the mails in " + file, failed);
        }
        return box;
    }

    synchronized void add(Mail mail) {
        if (file != null) {
            try {
                Files.writeString(
                        file,
                        JSON.writeValueAsString(mail) + "\n",
                        StandardOpenOption.CREATE,
                        StandardOpenOption.APPEND);
            } catch (IOException failed) {
                throw new UncheckedIOException("cannot keep a mail in " + file, failed);
            }
        }
        keep(mail);
    }

    private void keep(Mail mail) {
        mails.addLast(mail);
        if (mails.size() > LIMIT) {
            mails.removeFirst();
        }
    }

    /** All mails, oldest first. */
    public synchronized List<Mail> all() {
        return List.copyOf(mails);
    }
}
