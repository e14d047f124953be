package dev.penstock.lambdas.export;

import java.math.BigDecimal;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One line of {@code manifest-files.json}: one data file.
 *
 * @param md5Checksum base64 MD5 of the object as stored, compressed
 * @param etag of a multipart upload: hexadecimal MD5 of the parts' MD5s, a dash, their number
 * @param dataFileS3Key counted from the root of the bucket, with the export's prefix
 */
public record ManifestFile(long itemCount, String md5Checksum, String etag, String dataFileS3Key) {

    String toJson() {
        return new LineBuilder()
                .ascii("{\"itemCount\":")
                .ascii(Long.toString(itemCount))
                .ascii(",\"md5Checksum\":")
                .json(md5Checksum)
                .ascii(",\"etag\":")
                .json(etag)
                .ascii(",\"dataFileS3Key\":")
                .json(dataFileS3Key)
                .ascii('}')
                .toString();
    }

    static ManifestFile fromJson(String line) {
        Map<String, @Nullable Object> json = Json.parseObject(line);
        if (json.get("itemCount") instanceof BigDecimal count && json.get("dataFileS3Key") instanceof String key) {
            return new ManifestFile(count.longValueExact(), text(json, "md5Checksum"), text(json, "etag"), key);
        }
        throw new MalformedException("manifest-files.json needs itemCount and dataFileS3Key in each line: " + line, 0);
    }

    private static String text(Map<String, @Nullable Object> json, String name) {
        return json.get(name) instanceof String text ? text : "";
    }
}
