package dev.penstock.local.dax;

import java.util.List;
import java.util.function.Supplier;

/** What clients ask besides data: the nodes of the cluster, key schemas, and numbers of attribute lists. */
final class ControlOperations {
    private static final int NODE_ID = 0;
    private static final int HOST_NAME = 1;
    private static final int ADDRESS = 2;
    private static final int PORT = 3;
    private static final int ROLE = 4;
    private static final int AVAILABILITY_ZONE = 5;
    private static final int LEADER_SESSION = 6;
    private static final int LEADER = 1;
    private static final int REPLICA = 2;

    private final DaxState dax;
    private final Supplier<List<DaxNode>> liveNodes;

    ControlOperations(DaxState dax, Supplier<List<DaxNode>> liveNodes) {
        this.dax = dax;
        this.liveNodes = liveNodes;
    }

    /** The live nodes with the ports of the connection's own kind; the first of them leads. */
    boolean endpoints(CborReader arguments, Session session, CborWriter out) {
        List<DaxNode> nodes = liveNodes.get().stream()
                .filter(node -> node.port(session.secure()) != 0)
                .toList();
        out.array(nodes.size());
        for (int i = 0; i < nodes.size(); i++) {
            DaxNode node = nodes.get(i);
            out.map(7).integer(NODE_ID).integer(node.id());
            out.integer(HOST_NAME).text(node.address().getHostAddress());
            out.integer(ADDRESS).bytes(node.address().getAddress());
            out.integer(PORT).integer(node.port(session.secure()));
            out.integer(ROLE).integer(i == 0 ? LEADER : REPLICA);
            out.integer(AVAILABILITY_ZONE).text("local-1" + (char) ('a' + node.id() % 3));
            out.integer(LEADER_SESSION).integer(nodes.getFirst().id() + 1L);
        }
        return false;
    }

    boolean defineKeySchema(CborReader arguments, Session session, CborWriter out) {
        List<KeySchema.Attribute> attributes =
                dax.schemas().of(arguments.readName()).attributes();
        out.map(attributes.size());
        attributes.forEach(
                attribute -> out.text(attribute.name()).text(attribute.type().toString()));
        return false;
    }

    /** The Java client puts a tag before the names, the others don't. */
    boolean defineAttributeListId(CborReader arguments, Session session, CborWriter out) {
        if (arguments.peekMajor() == Cbor.TAG) {
            arguments.readTag();
        }
        List<String> names = Columns.read(arguments, CborReader::readText);
        out.integer(dax.items().lists().define(names).id());
        return false;
    }

    boolean defineAttributeList(CborReader arguments, Session session, CborWriter out) {
        long id = arguments.readInteger();
        List<String> names = dax.items()
                .lists()
                .find(id)
                .orElseThrow(() -> DaxErrors.validation("Attribute list " + id + " is not known to this DAX server"))
                .names();
        out.array(names.size());
        names.forEach(out::text);
        return false;
    }
}
