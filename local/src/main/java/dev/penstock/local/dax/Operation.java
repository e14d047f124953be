package dev.penstock.local.dax;

/** Answers one kind of request. */
@FunctionalInterface
interface Operation {
    /**
     * Reads the arguments and writes the answer's body.
     *
     * @return true when a cache alone gave the answer
     */
    boolean run(CborReader arguments, Session session, CborWriter out);
}
