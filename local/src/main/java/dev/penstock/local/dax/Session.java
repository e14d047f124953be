package dev.penstock.local.dax;

/**
 * What a client said of itself when it connected.
 *
 * @param framed whether answers go in frames
 * @param userAgent name and version of the client, empty when not given
 * @param secure whether the connection is encrypted
 */
record Session(boolean framed, String userAgent, boolean secure) {
    /** The Go client sends Select = ALL_ATTRIBUTES also when its caller asked for nothing. */
    boolean selectsWithoutBeingAsked() {
        return userAgent.startsWith("DaxGo");
    }
}
