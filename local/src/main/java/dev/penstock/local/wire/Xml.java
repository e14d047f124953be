package dev.penstock.local.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.penstock.local.gateway.AwsError;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;
import software.amazon.awssdk.utils.builder.Buildable;

/** XML bodies of S3 and of the query services, to and from any model class of the SDK. */
public final class Xml {
    private static final XMLInputFactory READER = XMLInputFactory.newDefaultFactory();
    private static final XMLOutputFactory WRITER = XMLOutputFactory.newDefaultFactory();

    static {
        READER.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        READER.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        READER.setProperty(XMLInputFactory.IS_COALESCING, true);
    }

    private Xml() {}

    /** Something that writes XML. */
    interface Content {
        void writeTo(XMLStreamWriter xml) throws XMLStreamException;
    }

    /** A document whose root element holds the members of {@code pojo}. */
    public static byte[] write(String root, String namespace, SdkPojo pojo) {
        return document(xml -> {
            xml.writeStartElement(root);
            if (!namespace.isEmpty()) {
                xml.writeDefaultNamespace(namespace);
            }
            members(xml, pojo);
            xml.writeEndElement();
        });
    }

    static byte[] document(Content content) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try {
            XMLStreamWriter xml = WRITER.createXMLStreamWriter(out, UTF_8.name());
            xml.writeStartDocument(UTF_8.name(), "1.0");
            content.writeTo(xml);
            xml.writeEndDocument();
            xml.close();
        } catch (XMLStreamException impossible) {
            throw new IllegalStateException(impossible);
        }
        return out.toByteArray();
    }

    static void members(XMLStreamWriter xml, SdkPojo pojo) throws XMLStreamException {
        for (Member member : Shape.of(pojo).inOrder()) {
            Object value = member.field().getValueOrDefault(pojo);
            if (JsonWriter.isSet(value)) {
                element(xml, member.name(), member, value);
            }
        }
    }

    private static void element(XMLStreamWriter xml, String name, Member member, @Nullable Object value)
            throws XMLStreamException {
        if (value instanceof List<?> list) {
            ListTrait trait = member.field().getRequiredTrait(ListTrait.class);
            if (!trait.isFlattened()) {
                xml.writeStartElement(name);
            }
            String elementName = trait.isFlattened() ? name : elementName(trait);
            for (Object each : list) {
                element(xml, elementName, member.elements(), each);
            }
            if (!trait.isFlattened()) {
                xml.writeEndElement();
            }
            return;
        }
        xml.writeStartElement(name);
        switch (value) {
            case null -> {}
            case SdkPojo nested -> members(xml, nested);
            case Map<?, ?> map -> entries(xml, member, map);
            default -> xml.writeCharacters(text(member, value));
        }
        xml.writeEndElement();
    }

    private static void entries(XMLStreamWriter xml, Member member, Map<?, ?> map) throws XMLStreamException {
        MapTrait trait = member.field().getRequiredTrait(MapTrait.class);
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            xml.writeStartElement("entry");
            xml.writeStartElement(trait.keyLocationName());
            xml.writeCharacters(String.valueOf(entry.getKey()));
            xml.writeEndElement();
            element(xml, trait.valueLocationName(), member.elements(), entry.getValue());
            xml.writeEndElement();
        }
    }

    private static String text(Member member, Object value) {
        return switch (value) {
            case Instant time ->
                Timestamps.format(time, member.timestamps() == null ? Format.ISO_8601 : member.timestamps());
            case SdkBytes bytes -> Base64.getEncoder().encodeToString(bytes.asByteArrayUnsafe());
            default -> value.toString();
        };
    }

    private static String elementName(ListTrait trait) {
        return trait.memberLocationName() == null ? "member" : trait.memberLocationName();
    }

    /**
     * Fills a builder from a document, whatever the name of its root.
     *
     * @throws AwsError MalformedXML
     */
    public static void read(byte[] document, SdkPojo builder) {
        try {
            XMLStreamReader xml = READER.createXMLStreamReader(new ByteArrayInputStream(document));
            xml.nextTag();
            structure(xml, builder);
            xml.close();
        } catch (XMLStreamException malformed) {
            throw malformed();
        }
    }

    private static AwsError malformed() {
        return new AwsError(
                400,
                "MalformedXML",
                "The XML you provided was not well-formed or did not validate against our published schema");
    }

    private static void structure(XMLStreamReader xml, SdkPojo builder) throws XMLStreamException {
        Map<String, Member> members = Shape.of(builder).payload();
        Map<Member, List<@Nullable Object>> flattened = new HashMap<>();
        while (nextElement(xml)) {
            Member member = members.get(xml.getLocalName());
            if (member == null) {
                skip(xml);
            } else if (isFlattened(member)) {
                flattened.computeIfAbsent(member, m -> new ArrayList<>()).add(value(xml, member.elements()));
            } else {
                member.field().set(builder, value(xml, member));
            }
        }
        flattened.forEach((member, list) -> member.field().set(builder, list));
    }

    private static boolean isFlattened(Member member) {
        return member.field()
                .getOptionalTrait(ListTrait.class)
                .map(ListTrait::isFlattened)
                .orElse(false);
    }

    private static @Nullable Object value(XMLStreamReader xml, Member member) throws XMLStreamException {
        return switch (member.type()) {
            case SDK_POJO -> {
                SdkPojo nested = member.construct();
                structure(xml, nested);
                yield ((Buildable) nested).build();
            }
            case LIST -> {
                List<@Nullable Object> list = new ArrayList<>();
                while (nextElement(xml)) {
                    list.add(value(xml, member.elements()));
                }
                yield list;
            }
            case SDK_BYTES ->
                SdkBytes.fromByteArrayUnsafe(
                        Base64Text.decode(xml.getElementText().strip()));
            case MAP, DOCUMENT, NULL -> throw malformed();
            default -> scalar(xml.getElementText(), member);
        };
    }

    private static Object scalar(String text, Member member) {
        try {
            return RestBinding.scalar(text, member);
        } catch (AwsError wrong) {
            throw malformed();
        }
    }

    /** Moves to the next child element; false at the end of the parent. */
    private static boolean nextElement(XMLStreamReader xml) throws XMLStreamException {
        while (xml.hasNext()) {
            int event = xml.next();
            if (event == XMLStreamConstants.START_ELEMENT) {
                return true;
            }
            if (event == XMLStreamConstants.END_ELEMENT) {
                return false;
            }
        }
        return false;
    }

    private static void skip(XMLStreamReader xml) throws XMLStreamException {
        while (nextElement(xml)) {
            skip(xml);
        }
    }
}
