package com.scaleoutsystems.edge.sandbox.internal.tls;

import com.scaleoutsystems.edge.sandbox.network.SandboxCertificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;

/** The certificates of one sandbox: its authority, and what its servers show now. */
public final class Certificates {
    private final Authority authority = new Authority("Scaleout Edge sandbox");
    private volatile Identity current = authority.server();
    private volatile SSLContext context = current.context();

    public X509Certificate authority() {
        return authority.certificate();
    }

    public Identity current() {
        return current;
    }

    /** A context that shows the certificate of the moment. */
    public SSLContext context() {
        return CurrentContext.of(() -> context);
    }

    public void change(SandboxCertificate kind) {
        current = switch (kind) {
            case TRUSTED -> authority.server();
            case UNTRUSTED -> new Authority("Unknown authority").server();
            case EXPIRED -> authority.expired();
            case OTHER_HOST -> authority.otherHost();
        };
        context = current.context();
    }
}
