package dev.penstock.local.functions;

import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The main class of a function's JVM: ends the JVM when the runtime that started it is gone, and hands over to the
 * official runtime interface client.
 *
 * <p>Its class file is put alone on the child's class path, beside the client's jars, so it may use nothing else of
 * Penstock, and no nested class.
 */
public final class Bootstrap {
    /** Names a PKCS #12 file with what the function trusts: on AWS, the endpoints of DAX have Amazon's certificates. */
    public static final String TRUST_STORE = "PENSTOCK_TRUST_STORE";

    private Bootstrap() {}

    /** @param args the handler, then {@code native} or {@code portable} */
    public static void main(String[] args) throws Throwable {
        trust(System.getenv(TRUST_STORE));
        Thread.ofPlatform().daemon().name("parent-watch").start(Bootstrap::haltWithParent);
        if (args[1].equals("portable")) {
            PortableRuntime.run(args[0]);
        } else {
            AWSLambda.main(new String[] {args[0]});
        }
    }

    private static void trust(@Nullable String store) {
        if (store != null && new File(store).exists()) {
            System.setProperty("javax.net.ssl.trustStore", store);
            System.setProperty("javax.net.ssl.trustStoreType", "PKCS12");
            System.setProperty("javax.net.ssl.trustStorePassword", "penstock");
        }
    }

    /** Standard input is a pipe whose other end the parent holds: it ends however the parent dies, kill -9 too. */
    private static void haltWithParent() {
        try {
            System.in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            // A broken pipe says the same as its end: the parent is gone.
        }
        Runtime.getRuntime().halt(0);
    }
}
