package dev.penstock.local.dax;

import dev.penstock.local.dax.AttributeLists.AttributeList;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/**
 * Lists of attribute names on disk, because clients remember a list's number for longer than a server may live: CBOR
 * arrays of names, back to back, the oldest first. A failure to write is logged and never told to a client, which would
 * hang (docs/DAX-PROTOCOL.md). Not threadsafe.
 */
final class AttributeListFile implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(AttributeListFile.class.getName());

    private final Path path;
    private final long capacity;
    private final FileChannel channel;

    private AttributeListFile(Path path, long capacity, FileChannel channel) {
        this.path = path;
        this.capacity = capacity;
        this.channel = channel;
    }

    /**
     * Opens the file, made when absent, and gives each list in it to {@code found}. What a kill left unfinished is cut off.
     *
     * @param capacity bytes; a file that grew beyond it is written anew with the lists in use
     */
    static AttributeListFile open(Path path, long capacity, Consumer<List<String>> found) throws IOException {
        Files.createDirectories(path.toAbsolutePath().getParent());
        FileChannel channel =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        CborReader in = new CborReader(Files.readAllBytes(path));
        int whole = 0;
        try {
            while (!in.atEnd()) {
                List<String> names = new ArrayList<>();
                int length = in.readArray();
                for (int i = 0; in.more(length, i); i++) {
                    names.add(in.readText());
                }
                found.accept(names);
                whole = in.position();
            }
        } catch (MalformedRequestException torn) {
            LOG.log(System.Logger.Level.INFO, "{0} ends with half a list, which is cut off", path);
        }
        channel.truncate(whole);
        channel.position(whole);
        return new AttributeListFile(path, capacity, channel);
    }

    /** Adds a list. */
    void append(AttributeList list, Collection<AttributeList> inUse) {
        try {
            if (channel.position() > capacity) {
                channel.truncate(0);
                for (AttributeList one : inUse) {
                    write(one);
                }
            } else {
                write(list);
            }
        } catch (IOException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    path + " can't be written: clients that outlive this server may fail",
                    e);
        }
    }

    private void write(AttributeList list) throws IOException {
        CborWriter out = new CborWriter().array(list.names().size());
        list.names().forEach(out::text);
        ByteBuffer bytes = ByteBuffer.wrap(out.toByteArray());
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "closing " + path, e);
        }
    }
}
