package dev.penstock.local.s3;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;

/** The additional checksums of S3 objects. */
enum ChecksumAlgorithm {
    CRC32,
    CRC32C,
    CRC64NVME,
    SHA1,
    SHA256;

    /** A running checksum. */
    sealed interface Sum {
        void update(byte[] bytes, int length);

        byte[] bytes();

        default String base64() {
            return Base64.getEncoder().encodeToString(bytes());
        }
    }

    private record Cyclic(Checksum checksum, int width) implements Sum {
        @Override
        public void update(byte[] bytes, int length) {
            checksum.update(bytes, 0, length);
        }

        @Override
        public byte[] bytes() {
            byte[] all = ByteBuffer.allocate(8).putLong(checksum.getValue()).array();
            return Arrays.copyOfRange(all, 8 - width, 8);
        }
    }

    private record Digest(MessageDigest digest) implements Sum {
        Digest(String name) {
            this(newDigest(name));
        }

        @Override
        public void update(byte[] bytes, int length) {
            digest.update(bytes, 0, length);
        }

        @Override
        public byte[] bytes() {
            return digest.digest();
        }
    }

    Sum start() {
        return switch (this) {
            case CRC32 -> new Cyclic(new CRC32(), 4);
            case CRC32C -> new Cyclic(new CRC32C(), 4);
            case CRC64NVME -> new Cyclic(new Crc64Nvme(), 8);
            case SHA1 -> new Digest("SHA-1");
            case SHA256 -> new Digest("SHA-256");
        };
    }

    /** The header that carries it. */
    String header() {
        return "x-amz-checksum-" + name().toLowerCase(Locale.ROOT);
    }

    /** By the name in headers and requests, empty when it is not simulated. */
    static Optional<ChecksumAlgorithm> named(String name) {
        return Arrays.stream(values())
                .filter(algorithm -> algorithm.name().equalsIgnoreCase(name))
                .findFirst();
    }

    static MessageDigest newDigest(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
